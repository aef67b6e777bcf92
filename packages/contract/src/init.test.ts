import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { guessesOf, partsOf, withGuesses } from "./init.ts";
import { readModel } from "./read-contract.ts";
import { Source } from "./source.ts";

const text = `# Ours.
asyncapi: 3.0.0
info: { title: Parcel tracking, version: 1.0.0 }
servers:
  broker: { host: "localhost:5672", protocol: amqp }
channels:
  scanned:
    address: parcel.scanned # the routing key
    messages: { scanned: { $ref: "#/components/messages/scanned" } }
    bindings: { amqp: { is: routingKey, exchange: { name: parcels, type: direct } } }
  scans:
    address: tracking.scans
    messages: { scanned: { $ref: "#/components/messages/scanned" } }
    bindings: { amqp: { is: queue, queue: { name: tracking.scans, durable: true } } }
operations:
  scan: { action: send, channel: { $ref: "#/channels/scanned" } }
  track: { action: receive, channel: { $ref: "#/channels/scans" } }
components:
  messages:
    scanned:
      payload: { type: object, properties: { parcelId: { type: string } } }
`;

const modelOf = (yaml: string) => readModel(new Source("my.yaml", yaml)).contract;

describe("the beginning with a document", () => {
  it("says what there is", () => {
    assert.deepEqual(partsOf(modelOf(text)), [
      "AsyncAPI 3.0.0, for amqp",
      "1 service: parcel-tracking",
      "1 exchange: parcels (direct)",
      "2 queues: tracking.scans and tracking.scans.dead",
      "1 message: scanned",
    ]);
  });

  it("writes what it guessed into the document, once, and keeps the comments", () => {
    const guesses = guessesOf(modelOf(text));
    assert.deepEqual(
      guesses.map(({ about }) => about),
      [
        "service parcel-tracking: named after the title",
        "queue tracking.scans: bound to parcels with parcel.scanned, where its messages are sent",
      ],
    );
    const written = withGuesses(text, guesses);
    assert.match(written, /^# Ours\.$/m);
    assert.match(written, /address: parcel\.scanned # the routing key/);
    assert.deepEqual(guessesOf(modelOf(written)), []);
    const before = new Source("my.yaml", text).root;
    const { "x-rabbitmq": root, ...after } = new Source("my.yaml", written).root;
    assert.deepEqual(root, { version: 1, services: { "parcel-tracking": {} } });
    assert.deepEqual({ ...after, channels: undefined }, { ...before, channels: undefined });
  });

  it("changes no line that it has nothing to say about", () => {
    const written = withGuesses(text, guessesOf(modelOf(text))).split("\n");
    const missing = text.split("\n").filter((line) => !written.includes(line));
    assert.deepEqual(missing, []);
  });
});
