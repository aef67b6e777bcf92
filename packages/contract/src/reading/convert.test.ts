import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkDocument } from "../document.ts";
import { ContractError } from "../finding.ts";
import { Source } from "../source.ts";

const text = `asyncapi: 2.6.0
info: {title: Baskets, version: 1.0.0}
tags: [{name: shop}]
servers:
  main: {url: "amqp://localhost:5672/shop", protocol: amqp}
channels:
  basket.{region}.filled:
    parameters:
      region:
        description: where
        schema: {type: string, enum: [north, south], maxLength: 9}
    bindings:
      amqp:
        is: routingKey
        exchange: {name: baskets, type: topic}
    subscribe:
      operationId: basketFilled
      traits:
        - {summary: of the trait}
      summary: its own
      bindings: {amqp: {deliveryMode: 2}}
      message:
        $ref: "#/components/messages/filled"
  baskets:
    publish:
      message:
        oneOf:
          - name: emptied
            schemaFormat: application/vnd.aai.asyncapi+yaml;version=2.6.0
            payload:
              type: object
              properties:
                id: {type: string}
components:
  messages:
    filled:
      payload: {$ref: "#/components/schemas/Basket"}
  schemas:
    Basket:
      type: object
`;

describe("a document of AsyncAPI 2", () => {
  const source = new Source("a.yaml", text);

  it("is read as AsyncAPI 3, from the application's view", () => {
    assert.deepEqual(checkDocument(source), []);
    assert.equal(source.root.asyncapi, "3.0.0");
    assert.deepEqual(source.at("/operations/basketFilled"), {
      action: "send",
      channel: { $ref: "#/channels/basket.{region}.filled" },
      summary: "of the trait",
      bindings: { amqp: { deliveryMode: 2 } },
      messages: [{ $ref: "#/channels/basket.{region}.filled/messages/basketFilled.message" }],
    });
    assert.equal(source.at("/operations/baskets.publish/action"), "receive");
    assert.deepEqual(source.at("/channels/basket.{region}.filled/parameters/region"), {
      description: "where",
      enum: ["north", "south"],
    });
    assert.deepEqual(source.at("/channels/baskets/messages"), {
      "publish.message.0": {
        name: "emptied",
        payload: { type: "object", properties: { id: { type: "string" } } },
      },
    });
    assert.equal(source.at("/servers/main/host"), "localhost:5672");
  });

  it("has the lines of the document that was written", () => {
    const lines = (...pointers: readonly string[]) => pointers.map((pointer) => source.place(pointer).line);
    assert.deepEqual(
      lines(
        "/servers/main/host",
        "/channels/basket.{region}.filled/bindings/amqp/exchange/type",
        "/components/schemas/Basket/type",
      ),
      [5, 15, 40],
    );
    assert.deepEqual(
      lines("/operations/basketFilled", "/operations/basketFilled/bindings/amqp/deliveryMode"),
      [17, 21],
    );
    assert.deepEqual(lines("/channels/baskets/messages/publish.message.0/payload/properties/id"), [33]);
  });

  it("says that it was converted, and what was lost", () => {
    assert.deepEqual(
      source.notes.map(({ line, message }) => `${line} ${message}`),
      [
        "1 AsyncAPI 2.6.0 is read as 3.0.0: its publish operations receive, its subscribe operations send",
        '11 the schema of the parameter has "maxLength", which a parameter of AsyncAPI 3 cannot have',
      ],
    );
  });

  it("is checked before", () => {
    assert.throws(
      () => new Source("a.yaml", text.replace("operationId: basketFilled", "operationID: basketFilled")),
      (error) => {
        assert.ok(error instanceof ContractError);
        const found = error.findings.map(({ line, message }) => `${line} ${message}`);
        assert.deepEqual(found, ['17 "operationID" is unknown here']);
        return true;
      },
    );
  });

  it("may be of any version of AsyncAPI 2", () => {
    for (const minor of [0, 1, 2, 3, 4, 5, 6]) {
      const old = new Source(
        "a.yaml",
        `asyncapi: 2.${minor}.0\ninfo: {title: Baskets, version: 1.0.0}\nchannels: {}\n`,
      );
      assert.equal(old.root.asyncapi, "3.0.0");
    }
  });

  it("is released as AsyncAPI 3", () => {
    assert.deepEqual(new Source("b.yaml", source.text).root, source.root);
  });
});
