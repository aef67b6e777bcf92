/** Bindings and messages of queues that both contracts have. */
import { isDeepStrictEqual } from "node:util";
import type { Binding, Contract, Message, Queue } from "../contract.ts";
import { keyWithoutQueue, routes } from "../topology/routes.ts";
import { breaking, compatible, type Difference } from "./difference.ts";
import { consumerOf, identity } from "./side.ts";

export function bindingDifferences(old: Queue, now: Queue, base: Contract, compared: Contract): Difference[] {
  const added = now.bindings.filter((binding) => !has(old, binding));
  const gone = old.bindings.filter((binding) => !has(now, binding));
  return [
    ...added.map((binding) => addedBinding(binding, old, now, base, compared)),
    ...gone.map((binding) => removedBinding(binding, old, now, base, compared)),
  ];
}

function addedBinding(
  binding: Binding,
  old: Queue,
  now: Queue,
  base: Contract,
  compared: Contract,
): Difference {
  const service = consumerOf(now, compared);
  const known = old.messages.map(identity);
  const unknown = sentOn(binding, base).filter((message) => !known.includes(identity(message)));
  const about = {
    subject: `queue ${now.name}`,
    change: `it is also bound to ${routeOf(binding)}`,
    services: [service],
    place: binding.place,
  };
  if (unknown.length > 0) {
    return breaking({
      ...about,
      rule: "binding-added-to-shared-queue",
      why: `as soon as one new ${service} runs, old ones get ${unknown.map(identity).join(" and ")} from the queue that they share and dead-letter it as unknown`,
      affects: ["old consumers"],
      deploy: "together",
      safeWay: [
        "give the new messages a queue of their own",
        `or stop every old ${service} before the first new one starts`,
      ],
    });
  }
  return compatible("minor", {
    ...about,
    rule: "binding-added",
    why: "nothing that old consumers do not know is sent there yet",
    affects: ["operators"],
    deploy: "consumers-first",
    safeWay: [`replace every instance of ${service} before the first new producer starts`],
  });
}

function removedBinding(
  binding: Binding,
  old: Queue,
  now: Queue,
  base: Contract,
  compared: Contract,
): Difference {
  const service = consumerOf(old, base);
  const lost = sentOn(binding, base);
  const known = now.messages.map(identity);
  const about = {
    subject: `queue ${now.name}`,
    change: `it is no longer bound to ${routeOf(binding)}`,
    services: [service],
    place: now.place,
  };
  const away = "services never unbind, so remove the binding from the broker: topology diff --apply --prune";
  if (sentOn(binding, compared).every((message) => stillInto(now, message, compared))) {
    return compatible("minor", {
      ...about,
      rule: "binding-removed",
      why: "no message is sent there any longer, or it still gets what is",
      affects: ["operators"],
      deploy: lost.every((message) => known.includes(identity(message))) ? "any" : "producers-first",
      safeWay: [away],
    });
  }
  return breaking({
    ...about,
    rule: "binding-removed",
    why: `old ${service} no longer receives ${lost.map(identity).join(" and ")} once the binding is gone; until then new ${service} dead-letters it as unknown`,
    affects: ["old consumers", "new consumers", "operators"],
    deploy: "together",
    safeWay: [
      `keep accepting the message and ignoring it, until no old ${service} runs`,
      `then drop it in the next major version; ${away}`,
    ],
  });
}

function sentOn(binding: Binding, { sends }: Contract): Message[] {
  return sends.flatMap(({ route, messages }) =>
    messages.filter((message) => routes({ ...route, messages: [message] }, binding)),
  );
}

/** Every routing key that the message is sent with reaches the queue. */
function stillInto(queue: Queue, message: Message, { sends }: Contract): boolean {
  return sends
    .filter(({ messages }) => messages.includes(message))
    .every(({ route }) => keyWithoutQueue({ ...route, messages: [message] }, [queue]) === undefined);
}

function has({ bindings }: Queue, binding: Binding): boolean {
  return bindings.some(
    (other) =>
      other.exchange === binding.exchange &&
      other.routingKey === binding.routingKey &&
      isDeepStrictEqual(other.arguments, binding.arguments),
  );
}

function routeOf({ exchange, routingKey, arguments: args }: Binding): string {
  const also = Object.keys(args).length === 0 ? "" : ` and arguments ${JSON.stringify(args)}`;
  return `exchange "${exchange}" with key "${routingKey}"${also}`;
}
