import type { Message, Queue } from "../contract.ts";
import type { JsonValue } from "../json.ts";
import { listed } from "../listed.ts";
import { bindQueuesInstead } from "../model/exchange-types.ts";
import { Node } from "../model/node.ts";
import { isQueue } from "../model/routes.ts";
import { isJsonSchema } from "../model/schemas.ts";
import { isWhole } from "../reading/consequences.ts";
import { type Complaint, complaint, quoted, type Rule } from "./rule.ts";

export const settingsAreHonoured: Rule = {
  name: "settings-are-honoured",
  summary: "Every setting of a message, an operation or an AMQP binding is one that the runtime keeps.",
  *check(contract) {
    const { source, messages, queues } = contract;
    const at = (pointer: string) => new Node(source, pointer);
    const hosts = virtualHosts(at("/servers"));
    for (const message of messages) yield* ofMessage(message, at(message.place.pointer));
    for (const [, operation] of at("/operations").entries()) yield* ofOperation(operation);
    const ofQueues = new Set(queues.map(({ place }) => place.pointer));
    const hasAll = contract.unread.length === 0 && isWhole(contract.invalid);
    for (const [, channel] of at("/channels").entries()) {
      yield* ofChannel(channel, hosts);
      yield* ofExtension(channel, ofQueues.has(channel.pointer) || !hasAll);
    }
    for (const queue of queues) yield* ofAddress(queue, at(queue.place.pointer));
  },
};

/** Values of a setting that the runtime supports, and what it does instead of others. */
interface Setting {
  readonly kept: readonly JsonValue[];
  readonly instead: string;
}

/** For both sending and receiving operations, since documents share one binding between them. */
export const operationSettings: Readonly<Record<string, Setting>> = {
  deliveryMode: { kept: [2], instead: "every message is persistent" },
  mandatory: { kept: [true], instead: "a message that reaches no queue is returned and sent again" },
  timestamp: { kept: [true], instead: "every message has a timestamp" },
  ack: { kept: [true], instead: "a message is acknowledged once it is handled" },
  priority: { kept: [0], instead: "messages have no priority" },
  expiration: { kept: [], instead: "no message expires before it is handled" },
  bindingVersion: { kept: ["0.1.0", "0.2.0", "0.3.0", "latest"], instead: "0.1.0 to 0.3.0 are read" },
};

function* ofOperation(operation: Node): Generator<Complaint> {
  const binding = operation.at("bindings", "amqp");
  for (const [key, node] of binding.entries()) {
    const setting = operationSettings[key];
    if (setting?.kept.some((value) => value === node.value)) continue;
    const [value] = setting?.kept ?? [];
    yield complaint(
      node.place,
      `${key}: ${JSON.stringify(node.value)} is not honoured${setting ? `: ${setting.instead}` : ""}`,
      value === undefined
        ? `remove ${key} from the binding`
        : `remove ${key}, or set it to ${JSON.stringify(value)}`,
    );
  }
}

function* ofMessage({ name, place }: Message, message: Node): Generator<Complaint> {
  const stated = message.at("contentType");
  const contentType = stated.exists ? stated : new Node(message.source, "/defaultContentType");
  const format = message.at("payload", "schemaFormat");
  if (contentType.exists && !/^application\/json(;\s*charset=utf-8)?$/i.test(String(contentType.value))) {
    yield complaint(
      contentType.place,
      `the content type ${JSON.stringify(contentType.value)} is not honoured: payloads are JSON`,
      "set contentType: application/json",
    );
  } else if (format.exists && !isJsonSchema(format.value)) {
    yield complaint(
      format.place,
      `the payload of "${name}" is a schema in ${JSON.stringify(format.value)}, which is not read`,
      "write it as a JSON Schema of draft 7, and leave schemaFormat out",
    );
  }
  const binding = message.at("bindings", "amqp");
  const encoding = binding.at("contentEncoding");
  if (encoding.exists && String(encoding.value).toLowerCase() !== "utf-8") {
    yield complaint(
      encoding.place,
      `the content encoding ${JSON.stringify(encoding.value)} is not honoured: content is UTF-8, not compressed`,
      "remove contentEncoding, or set it to utf-8",
    );
  }
  const type = binding.at("messageType");
  if (type.exists && type.value !== name) {
    yield complaint(
      type.place,
      `the message type ${JSON.stringify(type.value)} is not honoured: the AMQP type of the message at line ${place.line} is its name, "${name}"`,
      `set the message's name to ${JSON.stringify(type.value)}, or remove messageType`,
    );
  }
}

/** Of the AMQP binding of a channel, whose JSON Schema allows any other key. */
const channelSettings = {
  exchange: ["name", "type", "durable", "autoDelete", "vhost"],
  queue: ["name", "durable", "exclusive", "autoDelete", "vhost"],
} as const;

function* ofChannel(channel: Node, hosts: readonly string[]): Generator<Complaint> {
  const binding = channel.at("bindings", "amqp");
  for (const part of ["exchange", "queue"] as const) {
    const known = channelSettings[part];
    for (const [key, { place }] of binding.at(part).entries()) {
      if (key.startsWith("x-") || known.some((one) => one === key)) continue;
      yield complaint(
        place,
        `"${key}" of the ${part} is not honoured: the AMQP binding has ${listed(known)}`,
        key.startsWith("bind")
          ? `remove it; ${part === "queue" ? "a queue's bindings are given in x-rabbitmq.bindings" : bindQueuesInstead}`
          : `correct it, or remove it; further arguments of RabbitMQ are given in ${part === "queue" ? "x-rabbitmq.arguments" : "x-rabbitmq.exchange.arguments"}`,
      );
    }
    const host = binding.at(part, "vhost");
    if (!host.exists || hosts.includes(String(host.value))) continue;
    yield complaint(
      host.place,
      `the virtual host ${JSON.stringify(host.value)} is not honoured: a service uses that of its connection`,
      `remove vhost, or set it to ${quoted(hosts)}, as the servers of the document have it`,
    );
  }
}

/** Settings of a queue where there is none, and of an exchange on a queue. */
function* ofExtension(channel: Node, hasQueue: boolean): Generator<Complaint> {
  const isRoute = !isQueue(channel);
  for (const [key, { place }] of channel.at("x-rabbitmq").entries()) {
    if (key === "version" || (key === "exchange" ? isRoute : hasQueue)) continue;
    const fix =
      key === "exchange"
        ? "move it to a channel that is a routingKey of that exchange"
        : key === "bindings"
          ? bindQueuesInstead
          : "move it to the channel of the queue that it is meant for, or remove it";
    yield complaint(
      place,
      `x-rabbitmq.${key} is not honoured: the channel ${isRoute ? "describes no queue" : "is a queue"}`,
      fix,
    );
  }
}

/** `/`, and what the servers of the document name as path. */
function virtualHosts(servers: Node): string[] {
  const paths = servers.entries().flatMap(([, server]) => server.text("pathname") ?? []);
  return ["/", ...new Set(paths.map((path) => decodeURIComponent(path.replace(/^\//, ""))).filter(Boolean))];
}

function* ofAddress({ name }: Queue, channel: Node): Generator<Complaint> {
  const address = channel.at("address");
  const isQueue = channel.at("bindings", "amqp").text("is") === "queue";
  if (!isQueue || typeof address.value !== "string" || address.value === name) return;
  // A dead-letter queue that follows from a channel has its place, and a name of its own.
  if (channel.at("bindings", "amqp", "queue").text("name") !== name) return;
  yield complaint(
    address.place,
    `the address "${address.value}" is not honoured: messages are consumed from the queue "${name}"`,
    "make the address and the queue's name the same, or leave the address out",
  );
}
