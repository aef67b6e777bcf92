/** Compares a running broker with the contract, and offers the safe changes. */
import { isDeepStrictEqual } from "node:util";
import { ManagementError } from "@rabbit-contract/messaging/management-api";
import { counted } from "../listed.ts";
import type { Definitions } from "./apply.ts";
import {
  type Binding,
  Broker,
  type BrokerPlace,
  type Exchange,
  type Permission,
  type Policy,
  type Queue,
  type TopicPermission,
} from "./broker.ts";

export interface TopologyDiffOptions extends BrokerPlace {
  /** The contract's definitions. */
  readonly definitions: Definitions;
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

/** @throws ManagementError when the broker cannot be asked */
export async function diffTopology(options: TopologyDiffOptions): Promise<TopologyDifference[]> {
  const { definitions } = options;
  const broker = new Broker(options);
  if (!(await broker.exists())) {
    throw new ManagementError(
      `the broker has no virtual host "${broker.virtualHost}": create it with topology apply, or name another with --virtual-host`,
    );
  }
  return [
    ...exchangeDifferences(definitions, await broker.list("exchanges"), broker),
    ...queueDifferences(definitions, await broker.list("queues"), broker),
    ...bindingDifferences(definitions, await broker.list("bindings"), broker),
    ...(await permissionDifferences(definitions, await broker.list("permissions"), broker)),
    ...topicDifferences(definitions, await broker.list("topic-permissions"), broker),
    ...policyDifferences(definitions, await broker.list("policies"), "policy"),
    ...policyDifferences(definitions, await broker.list("operator-policies"), "operator policy"),
  ];
}

/** How to compare what has a name and settings that the broker never changes. */
interface Comparison<Item, Found> {
  readonly what: string;
  settings(item: Item): Readonly<Record<string, unknown>>;
  put(item: Item): Promise<void>;
  /** Additional details of the one on the broker. */
  held?(found: Found): string;
  /** Steps for one with other settings. */
  migration(name: string): readonly string[];
  /** Steps for one that the contract does not name. */
  readonly removal: readonly string[];
}

function named<Item extends { readonly name: string }, Found extends Item>(
  wanted: readonly Item[],
  found: readonly Found[],
  { what, settings, put, held, migration, removal }: Comparison<Item, Found>,
): TopologyDifference[] {
  const detailed = (detail: string, item: Found) => [detail, held?.(item) ?? ""].filter(Boolean).join("; ");
  const expected = wanted.flatMap((item): TopologyDifference[] => {
    const name = `${what} "${item.name}"`;
    const there = found.find((candidate) => candidate.name === item.name);
    if (!there) return [missing(name, () => put(item))];
    const detail = changes(settings(there), settings(item));
    if (detail === "") return [];
    return [{ kind: "different", what: name, detail: detailed(detail, there), steps: migration(item.name) }];
  });
  const extra = found
    .filter(({ name }) => !wanted.some((item) => item.name === name))
    .map(
      (item): TopologyDifference => ({
        kind: "extra",
        what: `${what} "${item.name}"`,
        detail: detailed("", item),
        steps: removal,
      }),
    );
  return [...expected, ...extra];
}

function exchangeDifferences({ exchanges }: Definitions, found: readonly Exchange[], broker: Broker) {
  const own = found.filter(({ name }) => name !== "" && !name.startsWith("amq."));
  return named(exchanges, own, {
    what: "exchange",
    settings: ({ type, durable, auto_delete, arguments: own }) => ({ type, durable, auto_delete, ...own }),
    put: (exchange) => broker.putExchange(exchange),
    migration: (name) => [
      "a broker never changes an exchange: publish to one of a new name, with the queues bound to both",
      `or stop all services, delete exchange "${name}" and run topology apply; nothing may be published meanwhile`,
    ],
    removal: ["when nothing publishes to it any more, delete it"],
  });
}

interface FoundQueue extends Queue {
  readonly exclusive?: boolean;
  /** Seconds old. */
  readonly messages?: number;
}

function queueDifferences({ queues }: Definitions, found: readonly FoundQueue[], broker: Broker) {
  const shared = found.filter(({ exclusive }) => exclusive !== true);
  return named(queues, shared, {
    what: "queue",
    settings: ({ durable, auto_delete, arguments: own }) => ({ durable, auto_delete, ...own }),
    put: (queue) => broker.putQueue(queue),
    held: ({ messages }) =>
      `it holds ${messages === undefined ? "an unknown number of messages" : counted(messages, "message")}`,
    // A queue with a new name needs no downtime; the same name does.
    migration: (name) => [
      `without downtime: give the queue a new name in the contract (${name}.2), consume both until "${name}" is empty, then delete it`,
      `or: stop its consumers, move what it holds to another queue (a shovel), delete "${name}", run topology diff --apply, move it back`,
    ],
    removal: [
      "remove its bindings, so that nothing flows into it any more",
      "when it is empty and no service of an older contract runs, delete it",
    ],
  });
}

interface FoundBinding extends Binding {
  readonly destination_type: string;
  readonly properties_key: string;
}

function bindingDifferences(
  { bindings, queues, exchanges }: Definitions,
  found: readonly FoundBinding[],
  broker: Broker,
): TopologyDifference[] {
  const nameOf = ({ source, destination, routing_key, arguments: args = {} }: Binding, kind = "queue") => {
    const also = Object.keys(args).length === 0 ? "" : ` and arguments ${JSON.stringify(args)}`;
    return `binding of ${kind} "${destination}" to "${source}" with key "${routing_key}"${also}`;
  };
  const isIn = (all: readonly Binding[], one: Binding) =>
    all.some(
      (other) =>
        other.source === one.source &&
        other.destination === one.destination &&
        other.routing_key === one.routing_key &&
        isDeepStrictEqual({ ...other.arguments }, { ...one.arguments }),
    );
  // Other teams may bind queues and exchanges of theirs.
  const own = found.filter(
    ({ source, destination, destination_type }) =>
      source !== "" &&
      (destination_type === "queue" ? queues : exchanges).some(({ name }) => name === destination),
  );
  return [
    ...bindings
      .filter((binding) => !isIn(own, binding))
      .map((binding) => missing(nameOf(binding), () => broker.bind(binding))),
    ...own
      .filter((binding) => binding.destination_type !== "queue" || !isIn(bindings, binding))
      .map(
        (binding): TopologyDifference => ({
          kind: "extra",
          what: nameOf(binding, binding.destination_type),
          detail: "what flows through it is dead-lettered where a queue's consumers do not know it",
          change: { prunes: true, apply: () => broker.unbind(binding, binding.properties_key) },
          steps: ["when no service of an older contract needs it, remove it: --apply --prune"],
        }),
      ),
  ];
}

async function permissionDifferences(
  { permissions }: Definitions,
  found: readonly Permission[],
  broker: Broker,
): Promise<TopologyDifference[]> {
  const settings = ({ configure, write, read }: Permission) => ({ configure, write, read });
  const differences: TopologyDifference[] = [];
  for (const permission of permissions) {
    const name = broker.userPrefix + permission.user;
    const what = `permissions of user "${name}"`;
    const there = found.find(({ user }) => user === name);
    if (!there && !(await broker.hasUser(permission.user))) {
      const steps = ["make the user with its password and its permissions: topology apply"];
      differences.push({ kind: "missing", what: `user "${name}"`, detail: "", steps });
      continue;
    }
    const apply = () => broker.permit(permission);
    const detail = there && changes(settings(there), settings(permission));
    const steps = ["services of an older contract may lose what they still need: stop them before"];
    if (detail === undefined) differences.push(missing(what, apply));
    else if (detail !== "")
      differences.push({ kind: "different", what, detail, change: { prunes: false, apply }, steps });
  }
  return differences;
}

function topicDifferences(
  { topic_permissions = [] }: Definitions,
  found: readonly TopicPermission[],
  broker: Broker,
): TopologyDifference[] {
  return topic_permissions.flatMap((permission): TopologyDifference[] => {
    const { exchange, write, read } = permission;
    const user = broker.userPrefix + permission.user;
    const what = `permissions of user "${user}" on the topic exchange "${exchange}"`;
    const there = found.find((one) => one.user === user && one.exchange === exchange);
    const apply = () => broker.permitTopic(permission);
    if (!there) return [missing(what, apply)];
    const detail = changes({ write: there.write, read: there.read }, { write, read });
    if (detail === "") return [];
    const steps = ["services of an older contract may lose what they still need: stop them before"];
    return [{ kind: "different", what, detail, change: { prunes: false, apply }, steps }];
  });
}

/** What a policy changes although the queue or exchange itself is as the contract says, such as a TTL. */
function policyDifferences(
  { queues, exchanges }: Definitions,
  found: readonly Policy[],
  kind: string,
): TopologyDifference[] {
  return found.flatMap((policy): TopologyDifference[] => {
    const { name, pattern, definition } = policy;
    const applies = policy["apply-to"];
    const matches = ({ name: one }: { readonly name: string }) => matching(pattern, one);
    const affected = [
      ...(applies === "exchanges" ? [] : queues.filter(matches).map((queue) => `queue "${queue.name}"`)),
      ...(["exchanges", "all"].includes(applies)
        ? exchanges.filter(matches).map((exchange) => `exchange "${exchange.name}"`)
        : []),
    ];
    const settings = Object.entries(definition).filter(([key]) => !harmless.has(key));
    if (affected.length === 0 || settings.length === 0) return [];
    const shown = settings.map(([key, value]) => `${key} ${JSON.stringify(value)}`).join(", ");
    const [first, ...others] = affected;
    return [
      {
        kind: "extra",
        what: `${kind} "${name}"`,
        detail: `it sets ${shown} on ${first}${others.length > 0 ? ` and ${others.length} more` : ""}, which the contract does not`,
        steps: [
          "narrow its pattern, or delete it: what the contract says of a queue is in its arguments",
          "a TTL, a length limit or an expiry loses messages that the contract keeps",
        ],
      },
    ];
  });
}

/** Settings of how a cluster stores a queue, which do not affect its messages. */
const harmless = new Set([
  "ha-mode",
  "ha-params",
  "ha-sync-mode",
  "ha-sync-batch-size",
  "queue-master-locator",
  "queue-leader-locator",
  "target-group-size",
]);

/** Erlang's patterns are almost the same as JavaScript's; one that JavaScript does not support is assumed to match. */
function matching(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern).test(name);
  } catch {
    return true;
  }
}

function missing(what: string, apply: () => Promise<void>): TopologyDifference {
  return { kind: "missing", what, detail: "", change: { prunes: false, apply }, steps: [] };
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
