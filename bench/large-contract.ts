/** Generates a contract with any number of messages, similar to a large organisation's. */

const messagesOfService = 20;

/** The YAML of a contract without findings, in which each service sends 20 messages that the next one consumes. */
export function largeContract(messageCount: number): string {
  const services = Array.from({ length: Math.ceil(messageCount / messagesOfService) }, (_, index) => {
    const first = index * messagesOfService;
    const count = Math.min(messagesOfService, messageCount - first);
    return { name: `service${index}`, numbers: Array.from({ length: count }, (_, at) => first + at) };
  });
  const queues = services.map(({ name, numbers }, index) => {
    const consumer = services[(index + 1) % services.length]?.name ?? name;
    return { name: `${consumer}.from-${name}`, consumer, exchange: name, numbers };
  });
  const numbers = services.flatMap((service) => service.numbers);
  return [
    head,
    ...services.map(
      ({ name }) =>
        `    ${name}: { description: Sends and consumes., redeliveryExchange: ${name}.redelivery }`,
    ),
    "channels:",
    ...services.flatMap(({ name, numbers }) => numbers.map((number) => route(name, number))),
    ...queues.flatMap((queue) => [consumedQueue(queue), deadQueue(queue)]),
    "operations:",
    ...services.flatMap(({ name, numbers }) => numbers.map((number) => send(name, number))),
    ...queues.map(receive),
    "components:",
    "  messages:",
    ...numbers.map(message),
    "  schemas:",
    sharedSchemas,
    ...numbers.map(payload),
    "",
  ].join("\n");
}

interface LargeQueue {
  readonly name: string;
  readonly consumer: string;
  readonly exchange: string;
  readonly numbers: readonly number[];
}

const head = `asyncapi: 3.1.0
id: urn:example:large
defaultContentType: application/json
info:
  title: Large
  version: 1.0.0
  description: Many messages.
  contact: { name: Maintainers, url: https://example.com, email: maintainers@example.com }
  license: { name: MIT, url: https://opensource.org/licenses/MIT }
  tags: [{ name: large, description: All there is. }]
servers:
  rabbitmq:
    host: localhost:5672
    protocol: amqp
    description: Any broker.
    tags: [{ name: local, description: On this machine. }]
x-rabbitmq:
  version: 1
  services:`;

const sharedSchemas = `    Headers:
      type: object
      description: Headers of every message.
      required: [schema-version]
      properties:
        schema-version: { type: integer, const: 1, description: Version of the payload. }
        causation-id: { type: string, format: uuid, description: Id of the message that caused it. }
        traceparent: { type: string, description: W3C trace context. }
        tracestate: { type: string, description: W3C trace context. }
    Money:
      type: object
      description: An amount.
      required: [amount, currency]
      properties:
        amount: { type: integer, minimum: 0, description: In minor units. }
        currency: { type: string, pattern: "^[A-Z]{3}$", description: By ISO 4217. }`;

function route(exchange: string, number: number): string {
  return `  thingHappened${number}:
    address: thing.happened.${number}
    description: Thing ${number} happened.
    messages:
      thingHappened${number}: { $ref: "#/components/messages/thingHappened${number}" }
    bindings:
      amqp:
        is: routingKey
        exchange: { name: ${exchange}, type: direct, durable: true, autoDelete: false }
        bindingVersion: 0.3.0`;
}

function messagesOf(numbers: readonly number[]): string {
  return numbers
    .map((number) => `      thingHappened${number}: { $ref: "#/components/messages/thingHappened${number}" }`)
    .join("\n");
}

function consumedQueue({ name, consumer, exchange, numbers }: LargeQueue): string {
  return `  ${name}:
    address: ${name}
    description: What ${exchange} sends to ${consumer}.
    messages:
${messagesOf(numbers)}
    bindings:
      amqp:
        is: queue
        queue: { name: ${name}, durable: true, exclusive: false, autoDelete: false }
        bindingVersion: 0.3.0
    x-rabbitmq:
      version: 1
      queue: { type: quorum, deliveryLimit: 1000000 }
      bindings:
        - exchange: ${exchange}
          routingKeys: [${numbers.map((number) => `thing.happened.${number}`).join(", ")}]
      deadLetter: { exchange: ${consumer}.redelivery, routingKey: ${name}.dead }
      retry:
        - { queue: ${name}.retry.1s, delay: 1000 }`;
}

function deadQueue({ name, consumer, numbers }: LargeQueue): string {
  return `  ${name}.dead:
    address: ${name}.dead
    description: What could not be consumed.
    messages:
${messagesOf(numbers)}
    bindings:
      amqp:
        is: queue
        queue: { name: ${name}.dead, durable: true, exclusive: false, autoDelete: false }
        bindingVersion: 0.3.0
    x-rabbitmq:
      version: 1
      queue: { type: quorum, deliveryLimit: 1000000 }
      bindings:
        - { exchange: ${consumer}.redelivery, routingKeys: [${name}.dead] }`;
}

function send(service: string, number: number): string {
  return `  sendThingHappened${number}:
    action: send
    channel: { $ref: "#/channels/thingHappened${number}" }
    summary: Sent when thing ${number} happened.
    messages: [{ $ref: "#/channels/thingHappened${number}/messages/thingHappened${number}" }]
    x-rabbitmq: { version: 1, service: ${service} }`;
}

function receive({ name, consumer, exchange, numbers }: LargeQueue): string {
  const messages = numbers.map(
    (number) => `      - { $ref: "#/channels/${name}/messages/thingHappened${number}" }`,
  );
  return `  receive-${name}:
    action: receive
    channel: { $ref: "#/channels/${name}" }
    summary: Follows ${exchange}.
    messages:
${messages.join("\n")}
    x-rabbitmq: { version: 1, service: ${consumer}, prefetch: 20, batchSize: 10 }`;
}

function message(number: number): string {
  const id = `019a4f2e-7b10-7c3a-9d51-${String(number).padStart(12, "0")}`;
  return `    thingHappened${number}:
      name: thing.happened.${number}
      title: Thing ${number} happened
      summary: Thing ${number} happened.
      contentType: application/json
      correlationId: { location: "$message.payload#/thingId" }
      headers: { $ref: "#/components/schemas/Headers" }
      payload: { $ref: "#/components/schemas/ThingHappened${number}" }
      examples:
        - name: least
          summary: Only what is required.
          headers: { schema-version: 1 }
          payload: { thingId: ${id}, kind: plain, price: { amount: ${number}, currency: EUR }, lines: [{ code: A-1, quantity: 1 }], at: "2026-03-14T09:26:53Z" }
        - name: all
          summary: All there is.
          headers: { schema-version: 1 }
          payload: { thingId: ${id}, kind: gift, price: { amount: ${number}, currency: EUR }, lines: [{ code: A-1, quantity: 1 }, { code: B-2, quantity: 3 }], note: By hand., at: "2026-03-14T09:26:53Z" }`;
}

function payload(number: number): string {
  return `    ThingHappened${number}:
      type: object
      description: What thing ${number} is like.
      required: [thingId, kind, price, lines, at]
      properties:
        thingId: { type: string, format: uuid, description: Id of the thing. }
        kind: { type: string, enum: [plain, gift, ${`kind${number}`}], description: Its kind. }
        price:
          description: What it costs.
          allOf: [{ $ref: "#/components/schemas/Money" }]
        lines:
          type: array
          description: What it is made of.
          minItems: 1
          maxItems: ${number + 2}
          items:
            type: object
            description: One part.
            required: [code, quantity]
            properties:
              code: { type: string, pattern: "^[A-Z]-[0-9]{1,4}$", description: Code of the part. }
              quantity: { type: integer, minimum: 1, maximum: 1000, description: Number of pieces. }
        note: { type: string, maxLength: 200, description: A remark. }
        at: { type: string, format: date-time, description: When it happened. }`;
}
