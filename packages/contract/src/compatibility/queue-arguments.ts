/** Queue arguments: the broker refuses to redeclare a queue with different ones. */
import { breaking, type Difference } from "./difference.ts";

interface Declared {
  readonly name: string;
  readonly role: string;
  readonly service: string;
  readonly durable: boolean;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
  readonly of: { readonly name: string; readonly place: Difference["place"] };
}

/** No difference, or one that lists every changed setting. */
export function argumentDifference(old: Declared, now: Declared): Difference[] {
  const settings = (queue: Declared): Record<string, unknown> => ({
    durable: queue.durable,
    ...queue.arguments,
  });
  const [was, is] = [settings(old), settings(now)];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((key) => was[key] !== is[key]);
  const about = { subject: `queue ${now.name}`, place: now.of.place };
  const moved =
    old.service === now.service
      ? []
      : [
          breaking({
            ...about,
            rule: "queue-moved",
            change: `it belonged to ${old.service}, and now to ${now.service}`,
            why: `old ${old.service} and new ${now.service} take messages from each other, and the broker user of ${old.service} loses its permissions`,
            affects: ["old consumers", "operators"],
            deploy: "together",
            services: [old.service, now.service],
            safeWay: [
              `give ${now.service} a queue of its own name beside it, bound to the same keys`,
              `when ${old.service} no longer runs, drain the old queue, then delete it`,
            ],
          }),
        ];
  if (keys.length === 0) return moved;
  const shown = (value: unknown) => (value === undefined ? "not set" : JSON.stringify(value));
  const changes = keys.map((key) => `${key} from ${shown(was[key])} to ${shown(is[key])}`).join(", ");
  return [
    ...moved,
    breaking({
      ...about,
      rule: ruleFor(keys, now.role),
      change: changes,
      why: `the broker has it with the old settings and answers PRECONDITION_FAILED; ${consequence(keys, old)}`,
      affects: ["broker", "operators"],
      deploy: "together",
      services: [now.service],
      safeWay: now.role === "retry tier" ? tierSteps(old, is["x-message-ttl"]) : migration(now.name),
    }),
  ];
}

function ruleFor(keys: readonly string[], role: string): string {
  if (role === "retry tier" && keys.includes("x-message-ttl")) return "retry-tier-changed";
  if (role === "consumed" && keys.every((key) => key.startsWith("x-dead-letter")))
    return "dead-letter-route-changed";
  return "queue-arguments-changed";
}

function consequence(keys: readonly string[], old: Declared): string {
  if (keys.includes("x-message-ttl")) {
    return `messages that wait in it come back after ${old.arguments["x-message-ttl"]} ms, and new ones do too`;
  }
  if (keys.some((key) => key.startsWith("x-dead-letter"))) {
    return "what the broker itself gives up goes the old way, where a new topology may have no queue";
  }
  return "services go on with the old ones and log topology-mismatch";
}

function tierSteps(old: Declared, delay: unknown): string[] {
  return [
    `leave ${old.name} as it is, and add a tier with the delay of ${JSON.stringify(delay)} ms under a name of its own`,
    `remove the old tier; once no old instance runs and ${old.name} is empty, delete it`,
  ];
}

function migration(name: string): string[] {
  return [
    `add a queue of a new name (${name}.2) with the new settings and the same bindings beside ${name}, and consume both`,
    `when every instance consumes both, remove the bindings of ${name} from the broker and let it drain, retry tiers and dead letters too`,
    `remove ${name} from the contract in the next major version, and delete it on the broker`,
  ];
}
