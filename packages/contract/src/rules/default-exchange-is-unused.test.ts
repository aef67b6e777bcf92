import { describe, it } from "node:test";
import { defaultExchangeIsUnused } from "./default-exchange-is-unused.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const services = "/x-rabbitmq/services";

describe("nothing uses an exchange of the broker's own", () => {
  it("holds for the fixture", () => {
    assertKept(defaultExchangeIsUnused);
  });

  it("is broken by sending to it", () => {
    const exchange = "/channels/basketPaid/bindings/amqp/exchange";
    assertBroken(
      defaultExchangeIsUnused,
      { [`${exchange}/name`]: "" },
      exchange,
      /"basketPaid" uses the default exchange/,
    );
    assertBroken(
      defaultExchangeIsUnused,
      { [`${exchange}/name`]: "amq.direct" },
      exchange,
      /the broker's own exchange "amq.direct"/,
    );
  });

  it("is broken by an exchange without a name", () => {
    const exchange = "/channels/basketPaid/bindings/amqp/exchange";
    assertBroken(
      defaultExchangeIsUnused,
      { [`${exchange}/name`]: undefined },
      exchange,
      /"basketPaid" uses the default exchange/,
    );
  });

  it("is broken once by a routing key that is received from: its queue is bound to the same exchange", () => {
    assertBroken(
      defaultExchangeIsUnused,
      {
        "/channels/basketEmptied/bindings": undefined,
        "/operations/receiveEmptied": {
          action: "receive",
          channel: { $ref: "#/channels/basketEmptied" },
          "x-rabbitmq": { service: "till" },
        },
      },
      "/channels/basketEmptied/bindings/amqp/exchange",
      /"basketEmptied" uses the default exchange/,
    );
  });

  it("is broken by binding or dead-lettering to it", () => {
    const queue = "/channels/tillBaskets/x-rabbitmq";
    assertBroken(
      defaultExchangeIsUnused,
      { [`${queue}/bindings/1`]: { exchange: "", routingKeys: ["till.baskets"] } },
      `${queue}/bindings/1/routingKeys/0`,
      /"tillBaskets" uses the default exchange/,
    );
    assertBroken(
      defaultExchangeIsUnused,
      { [`${queue}/deadLetter/exchange`]: "" },
      `${queue}/deadLetter`,
      /"tillBaskets" uses the default/,
    );
    assertBroken(
      defaultExchangeIsUnused,
      { [`${services}/till/redeliveryExchange`]: "" },
      "/x-rabbitmq/services/till",
      /"till" uses the default exchange/,
    );
  });
});
