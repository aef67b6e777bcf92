import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Parser } from "@asyncapi/parser";
import { fixtureText } from "../rules/testing/fixture.ts";
import { type JsonValue, Source } from "../source.ts";
import { asyncApiProblems } from "./asyncapi-schema.ts";

/** The problems of the fixture with a change, as `pointer message`. */
function problems(patch: Readonly<Record<string, JsonValue | undefined>>): string[] {
  return asyncApiProblems(new Source("asyncapi.yaml", fixtureText(patch)).root).map(
    ({ pointer, message }) => `${pointer} ${message}`,
  );
}

describe("AsyncAPI's JSON Schema", () => {
  it("accepts the fixture, as 3.0.0 too", () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ "/asyncapi": "3.0.0" }), []);
  });

  it("asks for no style: id, contact, licence and tags may be absent", () => {
    const patch = {
      "/id": undefined,
      "/info/contact": undefined,
      "/info/license": undefined,
      "/info/tags": undefined,
    };
    assert.deepEqual(problems(patch), []);
  });

  it("refuses an unknown version", () => {
    assert.deepEqual(problems({ "/asyncapi": "4.0.0" }), [
      '/asyncapi asyncapi must be 3.0.0, 3.1.0 or one of 2.0.0 to 2.6.0; it is "4.0.0"',
    ]);
  });

  const mistakes: readonly (readonly [pointer: string, value: JsonValue | undefined, problem: string])[] = [
    ["/channels/basketPaid/adress", "basket.paid", '/channels/basketPaid/adress "adress" is unknown here'],
    ["/operations/sendBasketPaid/channel", undefined, '/operations/sendBasketPaid "channel" is missing'],
    [
      "/operations/sendBasketPaid/action",
      "emit",
      '/operations/sendBasketPaid/action must be one of ["send","receive"]',
    ],
    ["/components/messages/basketPaid/name", 1, "/components/messages/basketPaid/name must be a string"],
    [
      "/channels/basketPaid/bindings/amqp/exchange/durable",
      "yes",
      "/channels/basketPaid/bindings/amqp/exchange/durable must be true or false",
    ],
  ];
  for (const [pointer, value, problem] of mistakes) {
    it(`gives one problem for a mistake, at its place: ${problem}`, () => {
      assert.deepEqual(problems({ [pointer]: value }), [problem]);
    });
  }

  it("agrees with AsyncAPI's own parser", async () => {
    const parser = new Parser();
    const errorsOfParser = async (patch: Readonly<Record<string, JsonValue | undefined>>) => {
      const { diagnostics } = await parser.parse(fixtureText(patch));
      return diagnostics.filter(({ severity }) => severity === 0).map(({ message }) => message);
    };
    assert.deepEqual(await errorsOfParser({}), []);
    for (const [pointer, value] of mistakes) {
      assert.notDeepEqual(await errorsOfParser({ [pointer]: value }), [], pointer);
    }
  });

  it("leaves schemas and other versions of the binding to those that judge them", () => {
    assert.deepEqual(
      problems({
        "/channels/basketPaid/bindings/amqp/bindingVersion": "0.2.0",
        "/components/schemas/Odd": { type: "strin" },
      }),
      [],
    );
  });
});
