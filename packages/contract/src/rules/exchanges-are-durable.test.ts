import { describe, it } from "node:test";
import { exchangesAreDurable } from "./exchanges-are-durable.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every exchange is durable", () => {
  it("holds for the fixture", () => {
    assertKept(exchangesAreDurable);
  });

  it("is broken by one that is not durable, or that goes with its last binding", () => {
    const exchange = "/channels/basketPaid/bindings/amqp/exchange";
    assertBroken(
      exchangesAreDurable,
      { [`${exchange}/durable`]: false },
      `${exchange}/durable`,
      /"till" is not durable/,
    );
    assertBroken(
      exchangesAreDurable,
      { [`${exchange}/autoDelete`]: true },
      `${exchange}/autoDelete`,
      /"till" is deleted with its last binding/,
    );
  });
});
