import { describe, it } from "node:test";
import { namesFitGeneratedCode } from "./names-fit-generated-code.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("generated code gets different TypeScript names", () => {
  it("holds for the fixture", () => {
    assertKept(namesFitGeneratedCode);
  });

  it("is broken by an optional property that every JavaScript object inherits", () => {
    const properties = "/components/schemas/BasketFilled/properties";
    for (const name of ["toString", "constructor", "hasOwnProperty", "__proto__"]) {
      assertBroken(
        namesFitGeneratedCode,
        { [`${properties}/${name}`]: { type: "string" } },
        `${properties}/${name}`,
        new RegExp(`"${name}" may be absent, and every JavaScript object inherits one`),
      );
    }
    assertKept(namesFitGeneratedCode, {
      [`${properties}/basketId/examples`]: [{ properties: { toString: 1 } }],
    });
  });

  it("is broken by a message that a service sends twice", () => {
    assertBroken(
      namesFitGeneratedCode,
      {
        "/channels/basketEmptied/messages/basketFilled": { $ref: "#/components/messages/basketFilled" },
        "/operations/sendBasketEmptied/messages/1": {
          $ref: "#/channels/basketEmptied/messages/basketFilled",
        },
      },
      "/operations/sendBasketEmptied",
      /"sendBasketFilled" and "sendBasketEmptied" both send "basket.filled"/,
    );
  });

  it("is broken by queues whose consumers would be called the same, or nothing", () => {
    const name = "/channels/shopPayments/bindings/amqp/queue/name";
    const service = "/operations/receiveShopPayments/x-rabbitmq/service";
    assertBroken(
      namesFitGeneratedCode,
      { [name]: "till.Baskets", [service]: "till" },
      "/channels/shopPayments",
      /"till.baskets" and "till.Baskets" are both about Baskets in generated code/,
    );
    assertBroken(
      namesFitGeneratedCode,
      { [name]: "shop.1" },
      "/channels/shopPayments",
      /"shop.1" gives no TypeScript name/,
    );
  });
});
