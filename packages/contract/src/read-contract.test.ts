import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { generatedFiles } from "./generate/emit/index.ts";
import { buildContract, readModel } from "./read-contract.ts";
import { lint } from "./rules/index.ts";
import { fixture } from "./rules/testing/fixture.ts";
import { type JsonObject, Source } from "./source.ts";

const read = (text: string) => buildContract(new Source("asyncapi.yaml", text));

/** One application, of which AMQP bindings are all that is said. */
const application = `
asyncapi: 3.1.0
info: { title: Parcel tracking, version: 1.0.0 }
channels:
  scans:
    address: parcel.scanned
    messages:
      scan: { $ref: "#/components/messages/scan" }
    bindings: { amqp: { is: routingKey, exchange: { name: depot, type: topic } } }
  routes:
    address: tracking.routes
    messages:
      route-planned: { payload: { type: object, properties: { parcelId: { type: string } } } }
    bindings: { amqp: { is: queue, queue: { name: tracking.routes } } }
  delays:
    address: parcel.delayed
    messages:
      delay: { name: parcel.delayed, title: Delay, payload: { $ref: "#/components/schemas/delay-report" } }
    bindings: { amqp: { is: routingKey, exchange: { name: tracking } } }
operations:
  onScan: { action: receive, channel: { $ref: "#/channels/scans" } }
  onRoute: { action: receive, channel: { $ref: "#/channels/routes" } }
  reportDelay: { action: send, channel: { $ref: "#/channels/delays" } }
components:
  messages:
    scan: { payload: { $ref: "#/components/schemas/Scan" } }
  schemas:
    Scan: { type: object, required: [at], properties: { at: { $ref: "#/components/schemas/delay-report/properties/at" } } }
    delay-report: { type: object, required: [at], properties: { at: { type: string, format: date-time } } }
`;

describe("a document without x-rabbitmq", () => {
  const contract = read(application);

  it("is one application's, which is named after the title", () => {
    assert.equal(contract.view, "application");
    assert.deepEqual(
      contract.services.map(({ name, redeliveryExchange }) => [name, redeliveryExchange]),
      [["parcel-tracking", "parcel-tracking.redelivery"]],
    );
    assert.deepEqual(
      contract.sends.map(({ service, route }) => [service, route.exchange.name, route.exchange.type]),
      [["parcel-tracking", "tracking", "direct"]],
    );
  });

  it("has durable quorum queues with retry tiers and dead letters, also for a routing key that is received from", () => {
    const [scans, routes] = contract.receives;
    assert.deepEqual([scans?.prefetch, scans?.batchSize], [800, 400]);
    assert.equal(scans?.queue.name, "parcel-tracking.parcel.scanned");
    assert.deepEqual(
      scans?.queue.bindings.map(({ exchange, routingKey }) => [exchange, routingKey]),
      [["depot", "parcel.scanned"]],
    );
    const { type, durable, deliveryLimit, retryTiers, deadLetter } = routes?.queue ?? assert.fail();
    assert.deepEqual(
      { type, durable, deliveryLimit },
      { type: "quorum", durable: true, deliveryLimit: 1_000_000 },
    );
    assert.deepEqual(
      retryTiers.map(({ queue, delay }) => [queue, delay]),
      [
        ["tracking.routes.retry.1s", 1_000],
        ["tracking.routes.retry.10s", 10_000],
        ["tracking.routes.retry.60s", 60_000],
      ],
    );
    assert.deepEqual(
      [deadLetter?.exchange, deadLetter?.routingKey],
      ["parcel-tracking.redelivery", "tracking.routes.dead"],
    );
    assert.deepEqual(
      contract.queues.map(({ name }) => name),
      [
        "tracking.routes",
        "parcel-tracking.parcel.scanned",
        "tracking.routes.dead",
        "parcel-tracking.parcel.scanned.dead",
      ],
    );
  });

  it("has messages and schemas with names for generated code, wherever they stand", () => {
    assert.deepEqual(
      contract.messages.map(({ key, name, payload, headers, schemaVersion }) => ({
        key,
        name,
        payload,
        headers,
        schemaVersion,
      })),
      [
        { key: "scan", name: "scan", payload: "Scan", headers: "ContextHeaders", schemaVersion: undefined },
        {
          key: "routePlanned",
          name: "route-planned",
          payload: "RoutePlanned",
          headers: "ContextHeaders",
          schemaVersion: undefined,
        },
        {
          key: "delay",
          name: "parcel.delayed",
          payload: "DelayReport",
          headers: "ContextHeaders",
          schemaVersion: undefined,
        },
      ],
    );
    assert.deepEqual(Object.keys(contract.schemas), [
      "Scan",
      "DelayReport",
      "At",
      "ContextHeaders",
      "RoutePlanned",
    ]);
    assert.deepEqual(contract.schemas.Scan?.properties, { at: { $ref: "#/components/schemas/At" } });
    assert.equal(contract.schemaPointers.RoutePlanned, "/channels/routes/messages/route-planned/payload");
  });

  it("breaks no rule but those of style, and code can be generated from it", () => {
    assert.deepEqual(
      lint(contract).filter(({ severity }) => severity !== "advice"),
      [],
    );
    assert.deepEqual(
      [...generatedFiles(contract).keys()],
      ["messages.ts", "parcel-tracking.ts", "topology.ts", "rabbitmq/definitions.json"],
    );
  });
});

describe("the model", () => {
  it("has the whole system's view where several services are named, unless the document says otherwise", () => {
    assert.equal(fixture().view, "system");
    assert.equal(fixture({ "/x-rabbitmq/view": "application" }).view, "application");
    assert.deepEqual(
      fixture({ "/x-rabbitmq/services": undefined }).services.map(({ name }) => name),
      ["shop", "till"],
    );
  });

  it("takes a stated setting over its default, and derives the rest from it", () => {
    const { receives } = fixture({
      "/channels/tillBaskets/x-rabbitmq/retry": [{ delay: 500 }, { delay: 2000 }],
      "/operations/receiveTillBaskets/x-rabbitmq": { service: "till", batchSize: 1 },
      "/operations/receiveShopPayments/x-rabbitmq": { service: "shop", prefetch: 10 },
    });
    const [till, shop] = receives;
    assert.deepEqual(
      till?.queue.retryTiers.map(({ queue }) => queue),
      ["till.baskets.retry.500ms", "till.baskets.retry.2s"],
    );
    assert.deepEqual([till?.prefetch, till?.batchSize], [2, 1]);
    assert.deepEqual([shop?.prefetch, shop?.batchSize], [10, 10]);
  });

  it("binds a queue that says nothing else to wherever its messages are sent, and its dead-letter queue to its route", () => {
    const { queues } = fixture({
      "/channels/tillBaskets/x-rabbitmq/bindings": undefined,
      "/channels/tillBasketsDead/x-rabbitmq": undefined,
    });
    const bindings = (name: string) =>
      queues
        .find((queue) => queue.name === name)
        ?.bindings.map(({ exchange, routingKey }) => `${exchange} ${routingKey}`);
    assert.deepEqual(bindings("till.baskets"), ["shop basket.filled", "shop basket.emptied"]);
    assert.deepEqual(bindings("till.baskets.dead"), ["till.redelivery till.baskets.dead"]);
  });

  it("receives all messages of a channel where an operation names none", () => {
    const { receives } = fixture({ "/operations/receiveTillBaskets/messages": undefined });
    assert.deepEqual(
      receives[0]?.messages.map(({ key }) => key),
      ["basketFilled", "basketEmptied"],
    );
  });

  it("makes one consumer of a service's operations that receive from one queue, unless their limits or replies differ", () => {
    const channel = "#/channels/tillBaskets";
    const operation = (message: string, settings: JsonObject) => ({
      action: "receive",
      channel: { $ref: channel },
      summary: `Takes ${message}.`,
      messages: [{ $ref: `${channel}/messages/${message}` }],
      ...settings,
    });
    const received = (others: JsonObject) =>
      fixture({
        "/operations/receiveTillBaskets": operation("basketFilled", { "x-rabbitmq": { service: "till" } }),
        "/operations/receiveOthers": operation("basketEmptied", {
          "x-rabbitmq": { service: "till" },
          ...others,
        }),
      })
        .receives.filter(({ queue }) => queue.name === "till.baskets")
        .map(({ id, summary, messages }) => [id, summary, ...messages.map(({ key }) => key)]);
    assert.deepEqual(received({}), [
      ["receiveTillBaskets", "Takes basketFilled. Takes basketEmptied.", "basketFilled", "basketEmptied"],
    ]);
    const separate = [
      ["receiveTillBaskets", "Takes basketFilled.", "basketFilled"],
      ["receiveOthers", "Takes basketEmptied.", "basketEmptied"],
    ];
    assert.deepEqual(received({ "x-rabbitmq": { service: "till", prefetch: 7 } }), separate);
    assert.deepEqual(received({ "x-rabbitmq": { service: "shop" } }), separate);
    assert.deepEqual(received({ reply: { channel: { $ref: "#/channels/basketPaid" } } }), separate);
  });

  it("tells one message that is written out in several channels from others of its key", () => {
    const inline = (type: string) => ({
      name: "basket.left",
      payload: { type: "object", properties: { id: { type } } },
    });
    const { messages } = fixture({
      "/channels/basketPaid/messages/left": inline("string"),
      "/channels/shopPayments/messages/left": inline("string"),
      "/channels/basketEmptied/messages/left": inline("integer"),
    });
    assert.deepEqual(
      messages.slice(3).map(({ key }) => key),
      ["left", "basketPaidLeft"],
    );
  });

  it("names an inline payload after its title, unless the name is taken or none", () => {
    const payload = (title: string) => ({ name: title, payload: { title, type: "object", properties: {} } });
    const { messages, schemas } = fixture({
      "/channels/basketPaid/messages/left": payload("Basket left behind"),
      "/channels/basketPaid/messages/found": payload("Basket filled"),
      "/channels/basketPaid/messages/lost": payload("Ausverkauft & Größe"),
      "/channels/basketPaid/messages/sold": payload("Set"),
    });
    const names = messages.slice(3).map((message) => message.payload);
    assert.deepEqual(names, ["BasketLeftBehind", "Found", "Lost", "Sold"]);
    assert.ok(names.every((name) => Object.hasOwn(schemas, name)));
  });

  it("names an inline message of AsyncAPI 2 after its name, its title, or its channel", () => {
    const { messages } = read(`
asyncapi: 2.6.0
info: { title: Baskets, version: 1.0.0 }
channels:
  emptied: { publish: { message: { name: basket.emptied, title: Other, payload: { type: object } } } }
  left: { publish: { operationId: leave, message: { title: Basket left behind, payload: { type: object } } } }
  found: { subscribe: { message: { payload: { type: string } } } }
`);
    assert.deepEqual(
      messages.map(({ key, name, payload }) => [key, name, payload]),
      [
        ["basketEmptied", "basket.emptied", "BasketEmptied"],
        ["basketLeftBehind", "basketLeftBehind", "BasketLeftBehind"],
        ["found", "found", "Found"],
      ],
    );
  });

  it("reports everything that it cannot read at once", () => {
    const text = application
      .replace(
        '{ action: receive, channel: { $ref: "#/channels/scans" } }',
        '{ action: send, channel: { $ref: "#/channels/routes" } }',
      )
      .replace(
        "{ name: parcel.delayed,",
        '{ name: parcel.delayed, correlationId: { location: "$message.header" },',
      );
    assert.deepEqual(
      readModel(new Source("asyncapi.yaml", text)).findings.map(({ message }) => message),
      [
        '"correlationId" must have a location in the payload or a header',
        '"onScan" sends to a queue without an exchange',
      ],
    );
  });
});
