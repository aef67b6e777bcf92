/** Compares a running broker with the contract, and offers the safe changes. */
import { isDeepStrictEqual } from "node:util";
import { ManagementApi, ManagementError } from "@rabbit-contract/messaging/management-api";
import type { Definitions } from "./apply.ts";

export interface TopologyDiffOptions {
  /** The contract's definitions. */
  readonly definitions: Definitions;
  /** URL with an administrator's credentials. */
  readonly managementUrl: string;
  /** @default "/" */
  readonly virtualHost?: string;
  /** Prefix of the services' users. @default "" */
  readonly userPrefix?: string;
}

export interface TopologyDifference {
  readonly kind: "missing" | "different" | "extra";
  /** `queue "till.baskets"`. */
  readonly what: string;
  /** Details of the difference; "" if the kind says everything. */
  readonly detail: string;
  /** Changes the broker to match the contract; undefined if no automatic change is safe. */
  readonly change?: Change;
  /** Manual steps instead. */
  readonly steps: readonly string[];
}

export interface Change {
  /** Removes something that may still be in use: only on request. */
  readonly prunes: boolean;
  apply(): Promise<void>;
}

interface Found {
  readonly exchanges: readonly BrokerExchange[];
  readonly queues: readonly BrokerQueue[];
  readonly bindings: readonly BrokerBinding[];
  readonly permissions: readonly BrokerPermission[];
}

interface BrokerExchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
}

interface BrokerQueue {
  readonly name: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly exclusive?: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Seconds old. */
  readonly messages?: number;
}

interface BrokerBinding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: string;
  readonly routing_key: string;
  readonly properties_key: string;
}

interface BrokerPermission {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** @throws ManagementError when the broker cannot be asked */
export async function diffTopology(options: TopologyDiffOptions): Promise<TopologyDifference[]> {
  const { definitions, managementUrl, virtualHost = "/", userPrefix = "" } = options;
  const api = new ManagementApi(managementUrl);
  const vhost = encodeURIComponent(virtualHost);
  if ((await api.getIfPresent(`vhosts/${vhost}`)) === undefined) {
    throw new ManagementError(
      `the broker has no virtual host "${virtualHost}": create it with topology apply, or name another with --virtual-host`,
    );
  }
  const found = await read(api, vhost);
  const broker: Broker = { api, vhost, userPrefix };
  return [
    ...exchangeDifferences(definitions, found, broker),
    ...queueDifferences(definitions, found, broker),
    ...bindingDifferences(definitions, found, broker),
    ...(await permissionDifferences(definitions, found, broker)),
  ];
}

interface Broker {
  readonly api: ManagementApi;
  /** Percent-encoded. */
  readonly vhost: string;
  readonly userPrefix: string;
}

async function read(api: ManagementApi, vhost: string): Promise<Found> {
  const list = async <Item>(path: string) => (await api.get(path)) as Item[];
  const [exchanges, queues, bindings, permissions] = await Promise.all([
    list<BrokerExchange>(`exchanges/${vhost}`),
    list<BrokerQueue>(`queues/${vhost}`),
    list<BrokerBinding>(`bindings/${vhost}`),
    list<BrokerPermission>(`vhosts/${vhost}/permissions`),
  ]);
  return {
    exchanges: exchanges.filter(({ name }) => name !== "" && !name.startsWith("amq.")),
    queues: queues.filter(({ exclusive }) => exclusive !== true),
    bindings: bindings.filter(({ source }) => source !== ""),
    permissions,
  };
}

function exchangeDifferences(
  wanted: Definitions,
  found: Found,
  { api, vhost }: Broker,
): TopologyDifference[] {
  const path = (name: string) => `exchanges/${vhost}/${encodeURIComponent(name)}`;
  const expected = wanted.exchanges.flatMap(({ name, ...exchange }): TopologyDifference[] => {
    const what = `exchange "${name}"`;
    const there = found.exchanges.find((candidate) => candidate.name === name);
    if (!there) return [missing(what, () => api.put(path(name), exchange))];
    const { type, durable, auto_delete } = there;
    const detail = changes(
      { type, durable, auto_delete },
      {
        type: exchange.type,
        durable: exchange.durable,
        auto_delete: exchange.auto_delete,
      },
    );
    if (detail === "") return [];
    return [
      {
        kind: "different",
        what,
        detail,
        steps: [
          "a broker never changes an exchange: publish to one of a new name, with the queues bound to both",
          `or stop all services, delete ${what} and run topology apply; nothing may be published meanwhile`,
        ],
      },
    ];
  });
  const extra = found.exchanges
    .filter(({ name }) => !wanted.exchanges.some((exchange) => exchange.name === name))
    .map(
      ({ name }): TopologyDifference => ({
        kind: "extra",
        what: `exchange "${name}"`,
        detail: "",
        steps: ["when nothing publishes to it any more, delete it"],
      }),
    );
  return [...expected, ...extra];
}

function queueDifferences(wanted: Definitions, found: Found, { api, vhost }: Broker): TopologyDifference[] {
  const path = (name: string) => `queues/${vhost}/${encodeURIComponent(name)}`;
  const expected = wanted.queues.flatMap((queue): TopologyDifference[] => {
    const { name, durable, auto_delete, arguments: own } = queue;
    const what = `queue "${name}"`;
    const there = found.queues.find((candidate) => candidate.name === name);
    if (!there) return [missing(what, () => api.put(path(name), { durable, auto_delete, arguments: own }))];
    const detail = changes(
      { durable: there.durable, auto_delete: there.auto_delete, ...there.arguments },
      { durable, auto_delete, ...own },
    );
    if (detail === "") return [];
    return [
      { kind: "different", what, detail: `${detail}; it holds ${held(there)}`, steps: migration(name) },
    ];
  });
  const extra = found.queues
    .filter(({ name }) => !wanted.queues.some((queue) => queue.name === name))
    .map(
      (queue): TopologyDifference => ({
        kind: "extra",
        what: `queue "${queue.name}"`,
        detail: `it holds ${held(queue)}`,
        steps: [
          "remove its bindings, so that nothing flows into it any more",
          "when it is empty and no service of an older contract runs, delete it",
        ],
      }),
    );
  return [...expected, ...extra];
}

/** A queue of another name takes no downtime; the same name does. */
function migration(name: string): string[] {
  return [
    `without downtime: name the queue anew in the contract (${name}.2), consume both until "${name}" is empty, then delete it`,
    `or: stop its consumers, move what it holds to another queue (a shovel), delete "${name}", run topology diff --apply, move it back`,
  ];
}

function held({ messages }: BrokerQueue): string {
  return messages === undefined
    ? "an unknown number of messages"
    : `${messages} message${messages === 1 ? "" : "s"}`;
}

function bindingDifferences(wanted: Definitions, found: Found, { api, vhost }: Broker): TopologyDifference[] {
  const path = (source: string, destination: string) =>
    `bindings/${vhost}/e/${encodeURIComponent(source)}/q/${encodeURIComponent(destination)}`;
  const same = (one: Pick<BrokerBinding, "source" | "destination" | "routing_key">, other: typeof one) =>
    one.source === other.source &&
    one.destination === other.destination &&
    one.routing_key === other.routing_key;
  const nameOf = (binding: Parameters<typeof same>[0]) =>
    `binding of queue "${binding.destination}" to "${binding.source}" with key "${binding.routing_key}"`;

  const expected = wanted.bindings
    .filter((binding) => !found.bindings.some((candidate) => same(binding, candidate)))
    .map((binding) => {
      const { source, destination, routing_key } = binding;
      return missing(nameOf(binding), () =>
        api.post(path(source, destination), { routing_key, arguments: {} }),
      );
    });
  const extra = found.bindings
    .filter(({ destination, destination_type }) => {
      const isOwned = wanted.queues.some((queue) => queue.name === destination);
      return destination_type === "queue" && isOwned;
    })
    .filter((binding) => !wanted.bindings.some((candidate) => same(binding, candidate)))
    .map(
      (binding): TopologyDifference => ({
        kind: "extra",
        what: nameOf(binding),
        detail: "what flows through it is dead-lettered when the queue's consumers do not know it",
        change: {
          prunes: true,
          apply: () =>
            api.delete(
              `${path(binding.source, binding.destination)}/${encodeURIComponent(binding.properties_key)}`,
            ),
        },
        steps: ["when no service of an older contract needs it, remove it: --apply --prune"],
      }),
    );
  return [...expected, ...extra];
}

async function permissionDifferences(
  wanted: Definitions,
  found: Found,
  { api, vhost, userPrefix }: Broker,
): Promise<TopologyDifference[]> {
  const differences: TopologyDifference[] = [];
  for (const { user, ...permissions } of wanted.permissions) {
    const name = userPrefix + user;
    const what = `permissions of user "${name}"`;
    const { configure, write, read: reading } = permissions;
    const own = { configure, write, read: reading };
    const there = found.permissions.find((candidate) => candidate.user === name);
    if (!there && (await api.getIfPresent(`users/${encodeURIComponent(name)}`)) === undefined) {
      const steps = ["make the user with its password and its permissions: topology apply"];
      differences.push({ kind: "missing", what: `user "${name}"`, detail: "", steps });
      continue;
    }
    const apply = () => api.put(`permissions/${vhost}/${encodeURIComponent(name)}`, own);
    if (!there) {
      differences.push(missing(what, apply));
      continue;
    }
    const detail = changes({ configure: there.configure, write: there.write, read: there.read }, own);
    if (detail === "") continue;
    const steps = ["services of an older contract may lose what they still need: stop them before"];
    differences.push({ kind: "different", what, detail, change: { prunes: false, apply }, steps });
  }
  return differences;
}

function missing(what: string, apply: () => Promise<unknown>): TopologyDifference {
  return {
    kind: "missing",
    what,
    detail: "",
    change: { prunes: false, apply: async () => void (await apply()) },
    steps: [],
  };
}

/** `x-message-ttl is 1000 on the broker, 2000 in the contract`; "" if nothing differs. */
function changes(
  there: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): string {
  const shown = (value: unknown) => (value === undefined ? "not set" : JSON.stringify(value));
  return [...new Set([...Object.keys(there), ...Object.keys(wanted)])]
    .filter((key) => !isDeepStrictEqual(there[key], wanted[key]))
    .map((key) => `${key} is ${shown(there[key])} on the broker, ${shown(wanted[key])} in the contract`)
    .join(", ");
}
