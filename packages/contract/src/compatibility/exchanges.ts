/** Exchanges and their owners. */
import type { Arguments } from "@rabbit-contract/messaging";
import type { Contract } from "../contract.ts";
import type { Place } from "../source.ts";
import { serviceTopology } from "../topology/model.ts";
import { breaking, compatible, type Difference } from "./difference.ts";
import { mostSimilar, renamedTo } from "./similarity.ts";

export function exchangeDifferences(old: Contract, now: Contract): Difference[] {
  const [was, is] = [owned(old), owned(now)];
  const added = is.filter(({ name }) => !was.some((exchange) => exchange.name === name));
  return [
    ...was.flatMap((exchange): Difference[] => {
      const same = is.find(({ name }) => name === exchange.name);
      return same ? kept(exchange, same) : [removed(exchange, added)];
    }),
    ...added.map(({ name, service, place }) =>
      compatible("minor", {
        rule: "exchange-added",
        subject: `exchange ${name}`,
        change: "it is new",
        why: "services that run the old contract do not know it",
        affects: ["operators"],
        services: [service],
        safeWay: [`bring the permissions to the broker before a new ${service} starts: topology apply`],
        place,
      }),
    ),
  ];
}

interface OwnedExchange {
  readonly name: string;
  readonly service: string;
  readonly type: string;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly arguments?: Arguments;
  readonly place: Place;
}

function owned(contract: Contract): OwnedExchange[] {
  return contract.services.flatMap(({ name: service, place }) =>
    serviceTopology(contract, service).exchanges.map((exchange) => ({
      ...exchange,
      service,
      place: contract.exchanges.find(({ name }) => name === exchange.name)?.place ?? place,
    })),
  );
}

function kept(old: OwnedExchange, now: OwnedExchange): Difference[] {
  const about = { subject: `exchange ${now.name}`, place: now.place };
  const keys = (["type", "durable", "autoDelete", "arguments"] as const).filter(
    (key) => text(old[key]) !== text(now[key]),
  );
  const found: Difference[] = [];
  if (keys.length > 0) {
    found.push(
      breaking({
        ...about,
        rule: "exchange-changed",
        change: keys.map((key) => `${key} from ${text(old[key])} to ${text(now[key])}`).join(", "),
        why: "the broker has it with the old settings and answers PRECONDITION_FAILED to new services; it cannot be changed while old ones use it",
        affects: ["broker", "operators"],
        deploy: "together",
        services: [now.service],
        safeWay: [
          `add an exchange of a new name (${now.name}.2) with the new settings, and bind the queues to both`,
          "once every consumer is bound to both, publish to the new one only",
          `remove ${now.name} in the next major version, and delete it on the broker`,
        ],
      }),
    );
  }
  if (old.service !== now.service) {
    found.push(
      breaking({
        ...about,
        rule: "exchange-moved",
        change: `it belonged to ${old.service}, and now to ${now.service}`,
        why: `the broker user of ${old.service} loses the permission to declare it and to publish to it`,
        affects: ["old producers", "operators"],
        deploy: "together",
        services: [old.service, now.service],
        safeWay: [`give ${now.service} an exchange of its own, and bind the queues to both`],
      }),
    );
  }
  return found;
}

/** As the broker compares it: absent and empty arguments are equal. */
function text(value: OwnedExchange["type" | "durable" | "arguments"]): string {
  if (typeof value !== "object") return String(value ?? "none");
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort()));
}

function removed(exchange: OwnedExchange, added: readonly OwnedExchange[]): Difference {
  const { name, service, place } = exchange;
  const successor = mostSimilar(name, added);
  return breaking({
    rule: successor ? "exchange-renamed" : "exchange-removed",
    subject: `exchange ${name}`,
    change: `it is gone${renamedTo(successor)}`,
    why: "old producers publish to it and old queues are bound to it; what they publish no longer reaches new ones",
    affects: ["old producers", "old consumers"],
    deploy: "together",
    services: [service],
    safeWay: [
      `keep ${name} and bind every queue to both, then publish to the new one only`,
      "remove it in the next major version, and delete it on the broker",
    ],
    place,
  });
}
