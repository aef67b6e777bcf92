/** Added and removed queues, and changes that the broker would refuse. */
import type { Contract, Queue } from "../contract.ts";
import { serviceTopology } from "../topology/model.ts";
import { bindingDifferences } from "./bindings.ts";
import { breaking, compatible, type Difference } from "./difference.ts";
import { argumentDifference } from "./queue-arguments.ts";
import { consumerOf } from "./side.ts";
import { mostSimilar, renamedTo } from "./similarity.ts";

export function queueDifferences(old: Contract, now: Contract): Difference[] {
  const [was, is] = [brokerQueues(old), brokerQueues(now)];
  const added = is.filter(({ name }) => !was.some((queue) => queue.name === name));
  return [
    ...was.flatMap((queue): Difference[] => {
      const same = is.find(({ name }) => name === queue.name);
      if (!same) return [removed(queue, added, now)];
      return [
        ...argumentDifference(queue, same),
        ...(queue.role === "consumed" && same.role === "consumed"
          ? bindingDifferences(queue.of, same.of, old, now)
          : []),
      ];
    }),
    ...added.map((queue) => addition(queue)),
  ];
}

type Role = "consumed" | "retry tier" | "dead letters";

/** A queue on the broker, and the contract's queue that it belongs to. */
export interface BrokerQueue {
  readonly name: string;
  readonly role: Role;
  readonly of: Queue;
  readonly service: string;
  readonly durable: boolean;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

function brokerQueues(contract: Contract): BrokerQueue[] {
  return contract.services.flatMap(({ name: service }) =>
    serviceTopology(contract, service).queues.flatMap((descriptor): BrokerQueue[] => {
      const { name, durable, arguments: own } = descriptor;
      const common = { name, service, durable, arguments: own };
      const tier = contract.queues.find((queue) => queue.retryTiers.some((one) => one.queue === name));
      if (tier) return [{ ...common, role: "retry tier", of: tier }];
      const of = contract.queues.find((queue) => queue.name === name);
      if (!of) return [];
      return [{ ...common, role: consumerOf(of, contract) === "" ? "dead letters" : "consumed", of }];
    }),
  );
}

function removed(queue: BrokerQueue, added: readonly BrokerQueue[], now: Contract): Difference {
  const { name, role, service } = queue;
  const successor = mostSimilar(
    name,
    added.filter((candidate) => candidate.role === role),
  );
  const about = { subject: `queue ${name}`, services: [service], place: queue.of.place };
  const change = `it is gone${renamedTo(successor)}`;
  const away = `delete it: the broker keeps it, and ${role === "consumed" ? "its bindings fill it" : "it stays for ever"}`;
  const consumerStays = now.queues.some((candidate) => candidate.name === queue.of.name);
  switch (role) {
    case "retry tier":
      return compatible("minor", {
        ...about,
        rule: "retry-tier-removed",
        change: `the retry tier of ${queue.arguments["x-message-ttl"]} ms is gone${renamedTo(successor)}`,
        why: `messages that wait in it still come back to ${queue.of.name} as long as the queue is there`,
        affects: ["operators"],
        safeWay: [
          "apply the permissions only when no old instance runs: old ones still declare the queue and publish to it",
          `wait until ${name} is empty, then ${away}`,
        ],
      });
    case "dead letters":
      return compatible("minor", {
        ...about,
        rule: "dead-letter-queue-removed",
        change,
        why: consumerStays
          ? "no service owns its messages any longer; the changed route is a difference of its own"
          : "no service owns its messages any longer",
        affects: ["operators"],
        safeWay: [`replay or move the messages in ${name} first`, away],
      });
    case "consumed":
      return breaking({
        ...about,
        rule: successor ? "queue-renamed" : "queue-removed",
        change,
        why: `no service consumes its messages or those that are still routed to it${successor ? `, and ${successor.name} starts empty` : ""}; old ${service} loses its permissions on it`,
        affects: ["old consumers", "operators"],
        deploy: successor ? "together" : "producers-first",
        safeWay: [
          successor
            ? `keep ${name} and consume it beside ${successor.name}, without bindings of its own`
            : "first remove its bindings from the broker, and go on consuming it",
          `when ${name}, its retry tiers and its dead-letter queue are empty, remove it from the contract in the next major version`,
          `then ${away}`,
        ],
      });
  }
}

function addition({ name, role, service, of }: BrokerQueue): Difference {
  const rules = {
    consumed: "queue-added",
    "retry tier": "retry-tier-added",
    "dead letters": "dead-letter-queue-added",
  };
  return compatible("minor", {
    rule: rules[role],
    subject: `queue ${name}`,
    change:
      role === "consumed" ? "it is new" : `it is new, for ${role === "retry tier" ? "a retry tier" : role}`,
    why: "services that run the old contract do not know it",
    affects: ["operators"],
    services: [service],
    deploy: role === "consumed" ? "consumers-first" : "any",
    safeWay: [
      `apply the permissions to the broker before a new ${service} starts: topology apply`,
      ...(role === "consumed" ? ["new producers wait until it exists: start its consumer first"] : []),
    ],
    place: of.place,
  });
}
