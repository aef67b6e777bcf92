/** For tests: contracts with exchanges of any type and payloads and headers of any shape, and what is sent under them. */
import fc from "fast-check";
import type { JsonObject } from "../../json.ts";
import { findUnsupported } from "../../schema/index.ts";
import { named, schemaArbitrary } from "../../schema/testing/arbitrary.ts";

export interface RandomMessage {
  readonly key: string;
  readonly payload: JsonObject;
  readonly header: JsonObject | undefined;
  /** The values of the parameter in its address; undefined for an address without one. */
  readonly regions: readonly string[] | undefined;
}

export interface RandomContract {
  readonly type: "direct" | "topic" | "fanout" | "headers";
  readonly messages: readonly RandomMessage[];
  /** Whether the document declares the bindings, which otherwise follow from what is consumed. */
  readonly isBound: boolean;
}

const message: fc.Arbitrary<Omit<RandomMessage, "key">> = fc.record({
  // What may be sent by anyOf is more than Ajv's unevaluatedProperties allows.
  payload: schemaArbitrary.filter(
    (schema) =>
      !JSON.stringify(schema).includes('"anyOf"') &&
      findUnsupported({ ...named, Payload: schema }).length === 0,
  ),
  header: fc.option(
    fc.constantFrom<JsonObject>(
      { type: "string", minLength: 1 },
      { type: "integer", format: "int32" },
      { type: "boolean" },
      { type: "string", enum: ["", "a b", "ä"] },
    ),
    { nil: undefined },
  ),
  regions: fc.option(fc.constantFrom(["north"], ["north", "far-south"], ["a", "é", "x y"]), {
    nil: undefined,
  }),
});

/** A headers exchange routes by this header. */
const routed = { mark: "routed" };

export const randomContract: fc.Arbitrary<RandomContract> = fc
  .record({
    type: fc.constantFrom("direct", "topic", "fanout", "headers"),
    messages: fc
      .tuple(
        fc.uniqueArray(fc.constantFrom("basketFilled", "Basket-Emptied", "second.hand", "x9", "delete"), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.infiniteStream(message),
      )
      .map(([keys, parts]) => keys.map((key) => ({ key, ...parts.next().value }))),
    isBound: fc.boolean(),
  })
  .map((random) =>
    random.type !== "headers"
      ? random
      : {
          type: "headers" as const,
          messages: random.messages.map((one) => ({
            ...one,
            header: { type: "string", const: routed.mark },
          })),
          isBound: true,
        },
  );

/** Its AsyncAPI document: the service `shop<suffix>` sends, and `till<suffix>` consumes one queue. */
export function documentOf({ type, messages, isBound }: RandomContract, suffix: number): JsonObject {
  const [exchange, queue] = [`things${suffix}`, `till${suffix}.things`];
  const isRouted = type === "topic" || type === "direct";
  const routes = messages.map((message): [string, JsonObject] => {
    const { key, regions } = message;
    const channel: JsonObject = {
      address: wordOf(message),
      messages: { [key]: { $ref: `#/components/messages/${key}` } },
      bindings: {
        amqp: { is: "routingKey", exchange: { name: exchange, type, durable: true, autoDelete: false } },
      },
    };
    if (!isRouted || regions === undefined) return [key, channel];
    const parameters = { region: { enum: [...regions] } };
    return [key, { ...channel, address: `${wordOf(message)}.{region}`, parameters }];
  });
  const routingKeys = messages.flatMap((message): string[] => {
    const word = wordOf(message);
    if (message.regions === undefined) return [word];
    return type === "topic" ? [`${word}.*`] : message.regions.map((region) => `${word}.${region}`);
  });
  const binding = {
    exchange,
    ...(isRouted && { routingKeys }),
    ...(type === "headers" && { arguments: { "x-match": "all", ...routed } }),
  };
  const queueChannel = {
    address: queue,
    messages: Object.fromEntries(messages.map(({ key }) => [key, { $ref: `#/components/messages/${key}` }])),
    bindings: { amqp: { is: "queue", queue: { name: queue, durable: true } } },
    ...(isBound && { "x-rabbitmq": { version: 1, bindings: [binding] } }),
  };
  const operation = (action: string, channel: string, service: string): JsonObject => ({
    action,
    channel: { $ref: `#/channels/${channel}` },
    "x-rabbitmq": { version: 1, service: service + suffix },
  });
  return {
    asyncapi: "3.0.0",
    info: { title: `Random ${suffix}`, version: "1.0.0" },
    "x-rabbitmq": { version: 1, services: { [`shop${suffix}`]: {}, [`till${suffix}`]: {} } },
    channels: { ...Object.fromEntries(routes), tillThings: queueChannel },
    operations: {
      ...Object.fromEntries(messages.map(({ key }) => [`send-${key}`, operation("send", key, "shop")])),
      receive: operation("receive", "tillThings", "till"),
    },
    components: {
      messages: Object.fromEntries(
        messages.map((message, index) => [
          message.key,
          {
            payload: index === 0 ? message.payload : { $ref: `#/components/schemas/Payload${index}` },
            ...(isCorrelated(message) && { correlationId: { location: "$message.header#/mark" } }),
            ...(message.header && {
              headers: { type: "object", required: ["mark"], properties: { mark: message.header } },
            }),
          },
        ]),
      ),
      schemas: {
        ...named,
        ...Object.fromEntries(
          messages.slice(1).map(({ payload }, index) => [`Payload${index + 1}`, payload]),
        ),
      },
    },
  };
}

/** Whether its correlation id is in its header: an empty one would be refused. */
export function isCorrelated({ header }: RandomMessage): boolean {
  return header?.type === "string" && header.enum === undefined;
}

function wordOf({ key }: RandomMessage): string {
  return key.toLowerCase().replaceAll(/\W/g, "");
}
