/** Added and removed messages, and their routes. */
import type { Contract, Message, Route, SendOperation } from "../contract.ts";
import { listed } from "../listed.ts";
import { pointerOf } from "../source.ts";
import { reaches } from "../topology/routes.ts";
import { breaking, compatible, type Difference } from "./difference.ts";
import { consumersOf, distinct, identity, producersOf, sameMessage, versionOf } from "./side.ts";
import { mostSimilar, renamedTo } from "./similarity.ts";

export function messageDifferences(old: Contract, now: Contract): Difference[] {
  return [
    ...old.messages.flatMap((message) => {
      const same = sameMessage(message, now);
      return same ? keptMessage(message, same, old, now) : [removedMessage(message, old, now)];
    }),
    ...now.messages
      .filter((message) => !sameMessage(message, old))
      .flatMap((message) => addedMessage(message, old, now)),
  ];
}

function removedMessage(message: Message, old: Contract, now: Contract): Difference {
  const added = now.messages.filter((candidate) => !sameMessage(candidate, old));
  const otherVersion = added.find((candidate) => candidate.name === message.name);
  const successor = otherVersion ?? mostSimilar(message.name, added);
  const change = otherVersion
    ? `${versionOf(message)} is gone, there is ${identity(otherVersion)}`
    : `${versionOf(message)} is gone${renamedTo(successor)}`;
  const consumers = consumersOf(message, old);
  return breaking({
    rule: otherVersion ? "message-version-changed" : successor ? "message-renamed" : "message-removed",
    subject: `message ${message.name}`,
    change,
    why:
      `old ${list(consumers)} never receives it${successor ? `, and dead-letters ${identity(successor)} as unknown` : ""}; ` +
      "messages in flight are dead-lettered as unknown by new consumers",
    affects: ["old consumers", "new consumers"],
    services: consumers,
    deploy: successor ? "together" : "producers-first",
    field: { message: message.name, schemaVersion: message.schemaVersion, part: "payload", path: "" },
    safeWay: [
      `keep ${identity(message)}, and add ${successor ? identity(successor) : "what replaces it"} beside it, with a routing key of its own`,
      "have consumers accept both, then producers send only the new one",
      "remove the old one in the next major version, once no queue, retry tier, dead-letter queue or outbox holds any",
    ],
    place: message.place,
  });
}

function addedMessage(message: Message, old: Contract, now: Contract): Difference[] {
  const reached = now.sends
    .filter(({ messages }) => messages.includes(message))
    .flatMap(({ route }) => boundQueues(old, route, message));
  if (reached.length > 0) {
    const consumers = distinct(reached.map(({ service }) => service));
    return [
      breaking({
        rule: "message-added-to-used-route",
        subject: `message ${message.name}`,
        change: `${versionOf(message)} is new, on a routing key that ${list(reached.map(({ queue }) => queue))} is bound to already`,
        why: `old ${list(consumers)} gets it and dead-letters it as unknown`,
        affects: ["old consumers"],
        services: consumers,
        deploy: "consumers-first",
        safeWay: [
          "send it with a routing key of its own, and bind to it the queues of consumers that know it",
        ],
        place: message.place,
      }),
    ];
  }
  const receiving = now.sends
    .filter(({ messages }) => messages.includes(message))
    .flatMap(({ route }) => boundQueues(now, route, message));
  const consumers = distinct(receiving.map(({ service }) => service));
  const shared = distinct(receiving.map(({ queue }) => queue)).filter((queue) => isConsumed(queue, old));
  return [
    compatible("minor", {
      rule: "message-added",
      subject: `message ${message.name}`,
      change: `${versionOf(message)} is new`,
      why:
        shared.length > 0
          ? `it is sent on a route of its own, but to ${list(shared)}, which old ${list(consumers)} consume as well and dead-letter it from as unknown`
          : "it is sent on a route of its own, which no old queue is bound to",
      affects: shared.length > 0 ? ["old consumers", "operators"] : ["operators"],
      services: consumers,
      deploy: consumers.length > 0 ? "consumers-first" : "any",
      safeWay:
        consumers.length > 0
          ? [
              `replace all instances of ${list(consumers)} before any new ${list(producersOf(message, now))} runs`,
            ]
          : [],
      place: message.place,
    }),
  ];
}

function keptMessage(before: Message, message: Message, old: Contract, now: Contract): Difference[] {
  const found: Difference[] = [];
  const subject = `message ${message.name}`;
  if (before.key !== message.key) {
    found.push(
      compatible("patch", {
        rule: "message-key-renamed",
        subject,
        change: `its key "${before.key}" is now "${message.key}"`,
        why: "only the names in generated code change, and the type checker shows where",
        place: message.place,
      }),
    );
  }
  const gone = sendsOf(before, old).filter(
    (send) => !sendsOf(message, now).some((other) => sameRoute(send, other)),
  );
  const fresh = sendsOf(message, now).filter(
    (send) => !sendsOf(before, old).some((other) => sameRoute(send, other)),
  );
  for (const send of gone) {
    const queues = boundQueues(old, send.route, message);
    const moved = fresh[0];
    found.push(
      breaking({
        rule: moved ? "route-changed" : "route-removed",
        subject,
        change: `it is no longer sent to ${routeName(send)}${moved ? `, but to ${routeName(moved)}` : ""}`,
        why: `queues of those who run the old contract (${list(queues.map(({ queue }) => queue))}) are bound there and get it no more`,
        affects: ["old consumers"],
        services: distinct(queues.map(({ service }) => service)),
        deploy: "consumers-first",
        safeWay: [
          "keep sending it on the old route, and bind the queues to both",
          "once every consumer is bound to the new route, send it there only, in the next major version",
        ],
        place: message.place,
      }),
    );
  }
  if (gone.length === 0) {
    for (const send of fresh) {
      found.push(
        compatible("minor", {
          rule: "route-added",
          subject,
          change: `it is also sent to ${routeName(send)}`,
          why: "old queues still get it on the old route",
          place: message.place,
        }),
      );
    }
  }
  return [
    ...found,
    ...correlationDifferences(before, message, old),
    ...producerDifferences(before, message, old, now),
  ];
}

function correlationDifferences(before: Message, message: Message, old: Contract): Difference[] {
  const [was, is] = [before, message].map(
    ({ correlationId: id }) => id && `"${pointerOf(...id.path)}" of the ${id.part}`,
  );
  if (was === is) return [];
  const about = { subject: `message ${message.name}`, place: (message.correlationId ?? message).place };
  if (was === undefined) {
    return [
      compatible("minor", {
        ...about,
        rule: "correlation-id-added",
        change: `its correlation id is ${is}`,
        why: "the old contract promised none, so no consumer relies on another",
      }),
    ];
  }
  return [
    breaking({
      ...about,
      rule: "correlation-id-changed",
      change: `its correlation id was ${was}, and is ${is ?? "the message's own id"}`,
      why: "what finds the messages of one story by their correlation id finds two halves of it",
      affects: ["old consumers", "operators"],
      services: consumersOf(message, old),
      deploy: "together",
      safeWay: [`keep ${was}, or make it another message beside this one`],
    }),
  ];
}

function producerDifferences(before: Message, message: Message, old: Contract, now: Contract): Difference[] {
  const [was, is] = [producersOf(before, old), producersOf(message, now)];
  const lost = was.filter((service) => !is.includes(service));
  const won = is.filter((service) => !was.includes(service));
  if (lost.length === 0 && won.length === 0) return [];
  const about = { subject: `message ${message.name}`, services: [...lost, ...won], place: message.place };
  if (lost.length === 0) {
    return [
      compatible("minor", {
        ...about,
        rule: "producer-added",
        change: `${list(won)} sends it too`,
        why: "consumers cannot tell the producers apart, and the schema is the same for both",
        affects: ["operators"],
        safeWay: ["bring the permissions to the broker first: topology apply"],
      }),
    ];
  }
  return [
    breaking({
      ...about,
      rule: "producer-changed",
      change: `it is no longer sent by ${list(lost)}${won.length > 0 ? `, but by ${list(won)}` : ""}`,
      why: `the broker user of ${list(lost)} loses the permission to write, so what old instances still have in their outboxes is refused`,
      affects: ["old producers", "operators"],
      deploy: "any",
      safeWay: [
        `stop all old instances of ${list(lost)} once their outboxes are empty`,
        "then apply the new permissions to the broker (topology apply) and start the new ones",
      ],
    }),
  ];
}

function sendsOf(message: Message, { sends }: Contract): SendOperation[] {
  return sends.filter(({ messages }) => messages.includes(message));
}

function sameRoute({ route }: SendOperation, { route: other }: SendOperation): boolean {
  return route.exchange.name === other.exchange.name && route.routingKey === other.routingKey;
}

function routeName({ route }: SendOperation): string {
  return `exchange "${route.exchange.name}" with key "${route.routingKey}"`;
}

function isConsumed(name: string, { receives }: Contract): boolean {
  return receives.some(({ queue }) => queue.name === name);
}

/** Consumed queues that a message on a route reaches, each with its service. */
function boundQueues(contract: Contract, route: Route, message: Message) {
  return contract.receives
    .filter(({ queue }) => reaches({ ...route, messages: [message] }, queue))
    .map(({ queue, service }) => ({ queue: queue.name, service }));
}

/** In a document of one application, the consumers of its messages are unknown. */
function list(names: readonly string[]): string {
  return listed(names) || "consumers";
}
