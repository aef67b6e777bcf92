/** Which services send what on which route, and receive what from which queue. */
import { isDeepStrictEqual } from "node:util";
import type { Contract, Message, ReceiveOperation, Route, SendOperation, Service } from "../contract.ts";
import { listed } from "../listed.ts";
import * as defaults from "./defaults.ts";
import type { ModelFindings } from "./findings.ts";
import type { Messages } from "./messages.ts";
import type { Node } from "./node.ts";
import { completed, queueFor, type StatedQueue, statedQueues } from "./queues.ts";
import { routesOf } from "./routes.ts";

type Operations = Pick<Contract, "routes" | "queues" | "sends" | "receives" | "stated">;

interface Parts {
  readonly document: Node;
  readonly services: readonly Service[];
  readonly messages: Messages;
  readonly findings: ModelFindings;
}

/** What an operation declares. */
interface Operation {
  readonly id: string;
  readonly node: Node;
  readonly service: string;
  readonly summary: string | undefined;
  readonly messages: readonly Message[];
  readonly reply: Message | undefined;
}

export function operationsOf(parts: Parts): Operations {
  const { document, messages, findings } = parts;
  const replies = replyChannels(document);
  const channels = document
    .at("channels")
    .entries()
    .filter(([, { pointer }]) => !replies.has(pointer));
  const routes = new Map(
    routesOf(channels, messages, findings).map(([node, route]) => [node.pointer, route]),
  );
  const sends: SendOperation[] = [];
  const all = new Map<string, readonly Message[]>();
  const receiving: Operation[] = [];
  for (const [id, node] of document.at("operations").entries()) {
    const operation = operationAt(id, node, parts);
    if (!operation) continue;
    all.set(id, operation.messages);
    const route = routes.get(node.at("channel").pointer);
    if (node.text("action") === "receive") receiving.push(operation);
    else if (route) sends.push({ ...common(operation), route });
    else {
      findings.add(
        node,
        "sends to a queue without an exchange",
        "send to a channel that is a routingKey, and bind the queue to its exchange",
      );
    }
  }

  const stated = statedQueues(channels, [...routes.values()], (channel) => messages.ofChannel(channel));
  const received = consumption(receiving, stated, routes, parts);
  const queues = completed(stated, [...routes.values()]);
  return {
    routes: [...routes.values()],
    queues,
    sends,
    stated: all,
    receives: received.flatMap(({ operation, at }) => {
      const queue = queues[at];
      return queue ? [{ ...common(operation), queue, ...limitsOf(operation.node) }] : [];
    }),
  };
}

interface Consumption {
  operation: Operation;
  /** Index of its queue. */
  readonly at: number;
}

/** Marks the queues that are consumed, and adds those that operations need to receive from a routing key. */
function consumption(
  receiving: readonly Operation[],
  queues: StatedQueue[],
  routes: ReadonlyMap<string, Route>,
  { services, findings }: Parts,
): Consumption[] {
  const found: Consumption[] = [];
  for (const operation of receiving) {
    const { service } = operation;
    const channel = operation.node.at("channel");
    const route = routes.get(channel.pointer);
    const needed = route && queueFor(service, route, channel);
    const known = queues.findIndex(({ name, node }) =>
      needed ? name === needed.name : node.pointer === channel.pointer,
    );
    const queue = queues[known] ?? needed;
    if (!queue) {
      findings.add(
        operation.node,
        "receives from a channel that the document does not have",
        "refer to one under channels",
      );
      continue;
    }
    const at = known < 0 ? queues.length : known;
    const owner = services.find(({ name }) => name === service);
    const consumed = {
      ...queue,
      messages: [...new Set([...queue.messages, ...(needed?.messages ?? [])])],
      bindings: known < 0 || !needed ? queue.bindings : [...queue.bindings, ...needed.bindings],
      redeliveryExchange:
        queue.redeliveryExchange ?? owner?.redeliveryExchange ?? defaults.redeliveryExchange(service),
    };
    queues[at] = consumed;
    const earlier = found.find((one) => one.at === at && isOneConsumer(one.operation, operation, consumed));
    if (earlier) earlier.operation = joined(earlier.operation, operation);
    else found.push({ operation, at });
  }
  return found;
}

/** Whether two operations are one consumer: a service has one for each queue, with one set of limits. */
function isOneConsumer(one: Operation, other: Operation, { messages }: StatedQueue): boolean {
  return (
    one.service === other.service &&
    one.reply === other.reply &&
    isDeepStrictEqual(limitsOf(one.node), limitsOf(other.node)) &&
    // A rule reports such a message at its own operation.
    other.messages.every((message) => messages.includes(message))
  );
}

function joined(one: Operation, other: Operation): Operation {
  const summaries = [one.summary, other.summary].filter((text) => text !== undefined);
  return {
    ...one,
    summary: summaries.length > 0 ? summaries.join(" ") : undefined,
    messages: [...new Set([...one.messages, ...other.messages])],
  };
}

function operationAt(id: string, node: Node, { services, messages, findings }: Parts): Operation | undefined {
  const [only, ...others] = services;
  const service = node.at("x-rabbitmq").text("service") ?? (others.length === 0 ? only?.name : undefined);
  if (service !== undefined) {
    return {
      id,
      node,
      service,
      summary: node.about(),
      messages: messages.ofOperation(node),
      reply: messages.ofReply(node),
    };
  }
  findings.add(
    node,
    "does not say which service it belongs to",
    `add x-rabbitmq.service: ${listed(
      services.map(({ name }) => name),
      "or",
    )}`,
  );
  return undefined;
}

function common({ node, ...operation }: Operation): Omit<SendOperation, "route"> {
  return { ...operation, place: node.place };
}

/**
 * Pointers of the channels that only replies use: their address belongs to the requester and is not in the document.
 */
function replyChannels(document: Node): ReadonlySet<string> {
  const operations = document.at("operations").entries();
  const targets = (...path: readonly string[]) => operations.map(([, node]) => node.at(...path).pointer);
  const used = new Set(targets("channel"));
  return new Set(targets("reply", "channel").filter((pointer) => !used.has(pointer)));
}

function limitsOf(node: Node): Pick<ReceiveOperation, "prefetch" | "batchSize"> {
  const stated = node.at("x-rabbitmq");
  const prefetch = stated.number("prefetch");
  const batchSize =
    stated.number("batchSize") ?? Math.min(defaults.batchSize, prefetch ?? defaults.batchSize);
  return { prefetch: prefetch ?? defaults.prefetchFor(batchSize), batchSize };
}
