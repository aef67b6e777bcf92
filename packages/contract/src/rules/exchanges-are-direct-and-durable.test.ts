import { describe, it } from "node:test";
import { exchangesAreDirectAndDurable } from "./exchanges-are-direct-and-durable.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every exchange is direct and durable", () => {
  it("holds for the fixture", () => {
    assertKept(exchangesAreDirectAndDurable);
  });

  it("is broken by another type and by an exchange that is not durable", () => {
    const exchange = "/channels/basketPaid/bindings/amqp/exchange";
    assertBroken(
      exchangesAreDirectAndDurable,
      { [`${exchange}/type`]: "topic" },
      `${exchange}/type`,
      /"till" is of type "topic"/,
    );
    assertBroken(
      exchangesAreDirectAndDurable,
      { [`${exchange}/durable`]: false },
      `${exchange}/durable`,
      /"till" is not durable/,
    );
    assertBroken(
      exchangesAreDirectAndDurable,
      { [`${exchange}/autoDelete`]: true },
      `${exchange}/autoDelete`,
      /"till" is deleted with its last binding/,
    );
  });
});
