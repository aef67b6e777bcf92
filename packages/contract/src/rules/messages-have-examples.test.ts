import { describe, it } from "node:test";
import { messagesHaveExamples } from "./messages-have-examples.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const message = "/components/messages/basketFilled";

describe("every message has examples", () => {
  it("holds for the fixture, and for examples without headers where the contract declares none", () => {
    assertKept(messagesHaveExamples);
    assertKept(messagesHaveExamples, {
      [`${message}/headers`]: undefined,
      [`${message}/examples/0/headers`]: undefined,
    });
  });

  it("is broken by too few of them", () => {
    assertBroken(
      messagesHaveExamples,
      { [`${message}/examples/1`]: undefined },
      message,
      /"basket.filled" has 1 example$/,
    );
  });

  it("is broken by one without payload or headers", () => {
    for (const part of ["payload", "headers"]) {
      assertBroken(
        messagesHaveExamples,
        { [`${message}/examples/0/${part}`]: undefined },
        `${message}/examples/0`,
        new RegExp(`"one" of "basket.filled" has no ${part}`),
      );
    }
  });
});
