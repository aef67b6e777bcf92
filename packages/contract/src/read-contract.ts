/** Reads a YAML document into the model of `contract.ts`. */
import type { Contract, Message, Queue, ReceiveOperation, Route, SendOperation } from "./contract.ts";
import { ContractError, checkDocument, checkExtensions } from "./document.ts";
import { isObject, type JsonObject, type JsonValue, pointerOf, Source, segmentsOf } from "./source.ts";

/**
 * Reads a contract whose document is valid AsyncAPI with valid `x-rabbitmq` extensions.
 * @throws ContractError with all findings of AsyncAPI's schema or the extension's
 */
export async function readContract(file: string, text?: string): Promise<Contract> {
  const source = text === undefined ? Source.read(file) : new Source(file, text);
  const findings = [...checkDocument(source), ...checkExtensions(source)];
  if (findings.length > 0) throw new ContractError(findings);
  return buildContract(source);
}

/** The model of a document that is known to be valid. */
export function buildContract(source: Source): Contract {
  const reader = new Reader(source);
  const services = Object.entries(reader.object("/x-rabbitmq/services")).map(([name, service]) => ({
    name,
    description: string(service, "description"),
    redeliveryExchange: string(service, "redeliveryExchange"),
    place: source.place(pointerOf("x-rabbitmq", "services", name)),
  }));

  const messages = Object.keys(reader.object("/components/messages")).map((key) => reader.message(key));
  const routes: Route[] = [];
  const queues: Queue[] = [];
  for (const channel of Object.keys(reader.object("/channels"))) {
    if (reader.bindingOf(channel).is === "queue") queues.push(reader.queue(channel, messages));
    else routes.push(reader.route(channel, messages));
  }
  const sends: SendOperation[] = [];
  const receives: ReceiveOperation[] = [];
  for (const id of Object.keys(reader.object("/operations"))) {
    const pointer = pointerOf("operations", id);
    const operation = reader.object(pointer);
    const rabbitmq = object(operation["x-rabbitmq"]);
    const channel = reader.key(`${pointer}/channel`);
    const common = {
      id,
      service: string(rabbitmq, "service"),
      summary: string(operation, "summary"),
      messages: reader.messagesOf(pointer, messages),
      place: source.place(pointer),
    };
    if (operation.action === "send") {
      const route = routes.find((candidate) => candidate.channel === channel);
      if (!route)
        throw misuse(
          source,
          pointer,
          `sends to "${channel}", which is a queue; send to a channel that is a routingKey`,
        );
      sends.push({ ...common, route });
    } else {
      const queue = queues.find((candidate) => candidate.channel === channel);
      if (!queue)
        throw misuse(
          source,
          pointer,
          `receives from "${channel}", which is a routing key; receive from a channel that is a queue`,
        );
      receives.push({
        ...common,
        queue,
        prefetch: number(rabbitmq, "prefetch"),
        batchSize: number(rabbitmq, "batchSize"),
      });
    }
  }
  const exchanges = [...new Map(routes.map((route) => [route.exchange.name, route.exchange])).values()];
  const schemas = Object.fromEntries(
    Object.entries(reader.object("/components/schemas")).map(([name, schema]) => [name, object(schema)]),
  );
  const info = reader.object("/info");
  return {
    source,
    title: string(info, "title"),
    version: string(info, "version"),
    services,
    exchanges,
    routes,
    queues,
    messages,
    sends,
    receives,
    schemas,
  };
}

/** The exchange types of the AMQP binding that RabbitMQ has; a rule refuses `default`. */
const exchangeTypes = ["direct", "topic", "fanout", "headers"] as const;

class Reader {
  readonly #source: Source;

  constructor(source: Source) {
    this.#source = source;
  }

  /** The mapping at `pointer`, references followed; empty if absent. */
  object(pointer: string): JsonObject {
    return object(this.#source.resolve(pointer).value);
  }

  /** Last segment of the final target of the reference at `pointer`. */
  key(pointer: string): string {
    return this.#source.resolve(pointer).pointer.split("/").at(-1) ?? "";
  }

  /** The name of the schema that `pointer` refers to. */
  #schemaName(pointer: string): string {
    const value = this.#source.at(pointer);
    const reference = isObject(value) && typeof value.$ref === "string" ? value.$ref : "";
    const name = /^#\/components\/schemas\/([A-Za-z0-9]+)$/.exec(reference)?.[1];
    if (name === undefined) {
      throw misuse(
        this.#source,
        pointer,
        'must be a reference to a named schema ("#/components/schemas/Name"), which generated code is named after',
      );
    }
    return name;
  }

  message(key: string): Message {
    const pointer = pointerOf("components", "messages", key);
    const message = this.object(pointer);
    const headers = this.#schemaName(`${pointer}/headers`);
    const version = this.object(`/components/schemas/${headers}/properties/schema-version`).const;
    if (typeof version !== "number") {
      throw misuse(
        this.#source,
        `${pointer}/headers`,
        "must declare a schema-version header with an integer const",
      );
    }
    return {
      key,
      name: string(message, "name"),
      summary: string(message, "summary"),
      payload: this.#schemaName(`${pointer}/payload`),
      headers,
      schemaVersion: version,
      correlationId: this.#correlationId(pointer),
      examples: list(message.examples).map((example, index) => ({
        name: string(object(example), "name"),
        payload: object(example).payload,
        headers: object(example).headers,
        place: this.#source.place(pointerOf("components", "messages", key, "examples", index)),
      })),
      place: this.#source.place(pointer),
    };
  }

  #correlationId(message: string): Message["correlationId"] {
    const pointer = `${message}/correlationId`;
    if (this.#source.at(pointer) === undefined) return undefined;
    const path = /^\$message\.payload#(\/.+)$/.exec(string(this.object(pointer), "location"))?.[1];
    if (path === undefined) {
      throw misuse(this.#source, pointer, 'must have a location in the payload, e.g. "$message.payload#/id"');
    }
    return { path: segmentsOf(path), place: this.#source.place(pointer) };
  }

  /** Messages of a channel (a mapping) or an operation (a list), in its order. */
  messagesOf(owner: string, messages: readonly Message[]): Message[] {
    const declared = this.#source.at(`${owner}/messages`);
    const keys = Array.isArray(declared) ? declared.keys() : Object.keys(object(declared));
    return [...keys].map((key) => {
      const pointer = `${owner}/messages${pointerOf(key)}`;
      const target = this.#source.resolve(pointer).pointer;
      const found = messages.find((message) => target === pointerOf("components", "messages", message.key));
      if (!found) throw misuse(this.#source, pointer, 'must lead to a message under "#/components/messages"');
      return found;
    });
  }

  bindingOf(channel: string): JsonObject {
    const bindings = this.#source.resolve(pointerOf("channels", channel, "bindings"));
    return this.object(`${bindings.pointer}/amqp`);
  }

  route(channel: string, messages: readonly Message[]): Route {
    const pointer = pointerOf("channels", channel);
    const exchange = object(this.bindingOf(channel).exchange);
    return {
      channel,
      exchange: {
        name: string(exchange, "name"),
        type: exchangeTypes.find((type) => type === exchange.type) ?? "direct",
        durable: exchange.durable === true,
        autoDelete: exchange.autoDelete === true,
        place: this.#source.place(`${this.#source.resolve(`${pointer}/bindings`).pointer}/amqp/exchange`),
      },
      routingKey: string(this.object(pointer), "address"),
      messages: this.messagesOf(pointer, messages),
      place: this.#source.place(pointer),
    };
  }

  queue(channel: string, messages: readonly Message[]): Queue {
    const pointer = pointerOf("channels", channel);
    const place = (path: string) => this.#source.place(`${pointer}/x-rabbitmq${path}`);
    const value = this.object(pointer);
    const amqp = object(this.bindingOf(channel).queue);
    const rabbitmq = object(value["x-rabbitmq"]);
    const settings = object(rabbitmq.queue);
    const deadLetter = isObject(rabbitmq.deadLetter) ? rabbitmq.deadLetter : undefined;
    return {
      channel,
      name: string(amqp, "name"),
      description: string(value, "description"),
      durable: amqp.durable === true,
      exclusive: amqp.exclusive === true,
      autoDelete: amqp.autoDelete === true,
      type: settings.type === "classic" ? "classic" : "quorum",
      deliveryLimit: typeof settings.deliveryLimit === "number" ? settings.deliveryLimit : undefined,
      bindings: list(rabbitmq.bindings).flatMap((binding, at) =>
        list(object(binding).routingKeys).map((routingKey, index) => ({
          exchange: string(object(binding), "exchange"),
          routingKey: String(routingKey),
          place: place(`/bindings/${at}/routingKeys/${index}`),
        })),
      ),
      deadLetter: deadLetter && {
        exchange: string(deadLetter, "exchange"),
        routingKey: string(deadLetter, "routingKey"),
        place: place("/deadLetter"),
      },
      retryTiers: list(rabbitmq.retry).map((tier, index) => ({
        queue: string(object(tier), "queue"),
        delay: number(object(tier), "delay"),
        place: place(`/retry/${index}`),
      })),
      messages: this.messagesOf(pointer, messages),
      place: this.#source.place(pointer),
    };
  }
}

function misuse(source: Source, pointer: string, message: string): ContractError {
  return new ContractError([
    {
      rule: "contract-model",
      ...source.place(pointer),
      message: `${pointer} ${message}`,
      fix: "change the reference",
    },
  ]);
}

function object(value: JsonValue | undefined): JsonObject {
  return isObject(value) ? value : {};
}

function list(value: JsonValue | undefined): JsonValue[] {
  return Array.isArray(value) ? value : [];
}

function string(value: JsonValue | undefined, key: string): string {
  const found = object(value)[key];
  return typeof found === "string" ? found : "";
}

function number(value: JsonValue | undefined, key: string): number {
  const found = object(value)[key];
  return typeof found === "number" ? found : 0;
}
