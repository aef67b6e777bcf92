import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonValue } from "../json.ts";
import { lint } from "./index.ts";
import { settingsAreHonoured } from "./settings-are-honoured.ts";
import { assertBroken, assertKept, complaints, fixture } from "./testing/fixture.ts";

const message = "/components/messages/basketPaid";
const binding = "/operations/sendBasketPaid/bindings/amqp";
const exchange = "/channels/basketPaid/bindings/amqp/exchange";

const refused: readonly (readonly [pointer: string, value: JsonValue, message: RegExp])[] = [
  [`${message}/contentType`, "avro/binary", /content type "avro\/binary" is not honoured: payloads are JSON/],
  [`${message}/contentType`, "text/xml", /content type "text\/xml" is not honoured/],
  [`${message}/bindings/amqp/contentEncoding`, "gzip", /content encoding "gzip" is not honoured/],
  [`${message}/bindings/amqp/messageType`, "paid", /message type "paid" is not honoured.* "basket.paid"/],
  [`${binding}/deliveryMode`, 1, /deliveryMode: 1 is not honoured: every message is persistent/],
  [`${binding}/mandatory`, false, /mandatory: false is not honoured/],
  [`${binding}/ack`, false, /ack: false is not honoured: a message is acknowledged once it is handled/],
  [`${binding}/priority`, 5, /priority: 5 is not honoured: messages have no priority/],
  [`${binding}/expiration`, 100, /expiration: 100 is not honoured: no message expires/],
  [`${binding}/timestamp`, false, /timestamp: false is not honoured/],
  [`${binding}/cc`, ["other"], /cc: \["other"\] is not honoured/],
  [`${binding}/replyTo`, "answers", /replyTo: "answers" is not honoured/],
  [`${binding}/bindingVersion`, "1.0.0", /bindingVersion: "1.0.0" is not honoured/],
  [`${exchange}/vhost`, "payments", /virtual host "payments" is not honoured/],
  [`${exchange}/bindings`, [{ exchange: "shop" }], /"bindings" of the exchange is not honoured/],
  ["/channels/tillBaskets/x-rabbitmq/exchange", { arguments: {} }, /exchange is not honoured.* is a queue/],
  ["/channels/tillBaskets/address", "baskets", /address "baskets" is not honoured.*"till.baskets"/],
];

describe("every setting is one that the runtime keeps", () => {
  it("holds for the fixture, and for settings that say what the runtime does", () => {
    assertKept(settingsAreHonoured, {
      [binding]: { deliveryMode: 2, mandatory: true, timestamp: true, priority: 0, bindingVersion: "0.3.0" },
      [`${message}/bindings/amqp`]: { contentEncoding: "UTF-8", messageType: "basket.paid" },
      [`${message}/contentType`]: "application/json; charset=utf-8",
      "/servers/rabbitmq/pathname": "/payments",
      [`${exchange}/vhost`]: "payments",
      "/channels/tillBaskets/bindings/amqp/queue/vhost": "/",
    });
  });

  for (const [pointer, value, says] of refused) {
    it(`is broken by ${pointer.split("/").at(-1)}: ${JSON.stringify(value)}`, () => {
      assertBroken(settingsAreHonoured, { [pointer]: value }, pointer, says);
    });
  }

  it("is broken by a payload in another schema language, without further findings about it", () => {
    const payload = { schemaFormat: "application/vnd.apache.avro;version=1.9.0", schema: { type: "record" } };
    const patch = { [`${message}/payload`]: payload };
    const pointer = `${message}/payload/schemaFormat`;
    assertBroken(settingsAreHonoured, patch, pointer, /schema in "application\/vnd.apache.avro/);
    assert.ok(!lint(fixture(patch)).some(({ rule }) => rule === "schemas-are-enforced"));
  });

  it("is broken by settings of a queue on a channel that is none, such as bindings of its exchange", () => {
    const bindings = "/channels/basketPaid/x-rabbitmq/bindings";
    const patch = { "/channels/basketPaid/x-rabbitmq": { bindings: [{ exchange: "shop" }] } };
    assertBroken(
      settingsAreHonoured,
      patch,
      bindings,
      /bindings is not honoured: the channel describes no queue/,
    );
    assert.match(
      complaints(settingsAreHonoured, patch)[0]?.fix ?? "",
      /^exchanges are not bound to exchanges/,
    );
  });

  it("is broken once by a binding that several operations share", () => {
    const shared = { $ref: "#/components/operationBindings/quick" };
    const patch = {
      "/components/operationBindings": { quick: { amqp: { deliveryMode: 1 } } },
      "/operations/sendBasketPaid/bindings": shared,
      "/operations/sendBasketFilled/bindings": shared,
    };
    assert.deepEqual(
      lint(fixture(patch)).map(({ pointer }) => pointer),
      ["/components/operationBindings/quick/amqp/deliveryMode"],
    );
  });
});
