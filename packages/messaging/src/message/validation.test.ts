import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  anyOf,
  countKeys,
  duplicateIndex,
  isMultipleOf,
  isObject,
  longerThan,
  missing,
  mustBe,
  mustBeOneOf,
  mustHave,
  mustMatch,
  own,
  segment,
  shorterThan,
  unknownKey,
  within,
} from "./validation.ts";

/** An object with an own key `__proto__`, as JSON makes it. */
const withProtoKey: unknown = JSON.parse('{"__proto__": 1}');

describe("objects", () => {
  it("are what JSON writes as objects", () => {
    for (const value of [{}, { a: 1 }, Object.create(null), withProtoKey, { toJSON: "a string" }]) {
      assert.equal(isObject(value), true);
    }
    for (const value of [null, undefined, [], "{}", 1, true, new Date(), new URL("a:b"), () => ({})]) {
      assert.equal(isObject(value), false);
    }
  });

  it("have only their own properties", () => {
    assert.equal(own({ a: 1 }, "a"), 1);
    assert.equal(own({}, "constructor"), undefined);
    assert.equal(own({}, "__proto__"), undefined);
    assert.equal(own(Object.create({ a: 1 }), "a"), undefined);
    assert.ok(isObject(withProtoKey));
    assert.equal(own(withProtoKey, "__proto__"), 1);
  });

  it("are refused at the first key that is not named, unless its value is undefined or inherited", () => {
    const names = new Set(["a"]);
    assert.equal(unknownKey({ a: 1, b: undefined }, names), undefined);
    assert.equal(unknownKey(Object.assign(Object.create({ c: 1 }), { a: 1 }), names), undefined);
    assert.deepEqual(unknownKey({ a: 1, "b/c": 2, d: 3 }, names), {
      pointer: "/b~1c",
      message: "is not named by the contract",
    });
    assert.ok(isObject(withProtoKey));
    assert.equal(unknownKey(withProtoKey, names)?.pointer, "/__proto__");
  });

  it("are counted as JSON will write them", () => {
    assert.equal(countKeys({ a: 1, b: undefined, c: null }), 2);
    assert.equal(countKeys(Object.create({ a: 1 })), 0);
  });
});

describe("lengths", () => {
  it("count code points", () => {
    for (const [text, points] of [
      ["", 0],
      ["abc", 3],
      ["💡💡", 2],
      ["a💡b", 3],
      ["\ud800", 1],
      ["\udc00\ud800", 2],
      ["e\u0301", 2],
    ] as const) {
      for (let length = 0; length <= 5; length++) {
        assert.equal(shorterThan(text, length), points < length, `${text} shorter than ${length}`);
        assert.equal(longerThan(text, length), points > length, `${text} longer than ${length}`);
      }
    }
  });
});

describe("multiples", () => {
  it("are computed on the decimals as written", () => {
    for (const [value, step] of [
      [0.3, 0.1],
      [1.1, 0.01],
      [19.99, 0.01],
      [-4.5, 1.5],
      [0, 0.7],
      [1e-7, 1e-8],
      [1e21, 0.5],
      [9007199254740992, 2],
      [6, 3],
    ] as const) {
      assert.equal(isMultipleOf(value, step), true, `${value} of ${step}`);
    }
    for (const [value, step] of [
      [0.35, 0.1],
      [1, 0.3],
      [7, 2],
      [1e-8, 1e-7],
      [1e300, 3e-300],
      [2.5, 2],
      [-1, 2],
    ] as const) {
      assert.equal(isMultipleOf(value, step), false, `${value} of ${step}`);
    }
  });
});

describe("unique items", () => {
  it("differ as JSON does", () => {
    const unique = [
      1,
      "1",
      true,
      null,
      "null",
      {},
      [],
      "{}",
      "[]",
      { a: 1 },
      { a: "1" },
      [1, 2],
      [2, 1],
      { a: [1] },
    ];
    assert.equal(duplicateIndex(unique), -1);
    assert.equal(duplicateIndex([]), -1);
  });

  it("fail at the first duplicate, whatever the order of keys", () => {
    assert.equal(duplicateIndex([1, 2, 1, 2]), 2);
    assert.equal(duplicateIndex([0, -0]), 1);
    assert.equal(duplicateIndex([{ a: 1, b: { c: 2, d: 3 } }, [], { b: { d: 3, c: 2 }, a: 1 }]), 2);
    assert.equal(duplicateIndex([{ a: 1 }, { a: 1, b: undefined }]), 1);
    assert.equal(duplicateIndex([JSON.parse('{"__proto__":1}'), {}]), -1);
  });
});

describe("a problem", () => {
  it("names what was expected and quotes what was found", () => {
    assert.deepEqual(mustBe("an integer", "3"), { pointer: "", message: 'must be an integer, got "3"' });
    assert.deepEqual(mustBe("at least 1", 0, "/quantity"), {
      pointer: "/quantity",
      message: "must be at least 1, got 0",
    });
    assert.deepEqual(
      mustHave("at least 1 item", []).message,
      "must have at least 1 item, got an array of 0 items",
    );
    assert.deepEqual(mustMatch(/^[A-Z]$/u, "a").message, 'must match the pattern ^[A-Z]$, got "a"');
    assert.deepEqual(missing("/code"), { pointer: "/code", message: "is missing" });
  });

  it("lists the allowed values, up to a limit", () => {
    assert.equal(mustBeOneOf(new Set(["a", 1, null]), "b").message, 'must be one of "a", 1, null, got "b"');
    const { message } = mustBeOneOf(new Set(Array.from({ length: 30 }, (_, index) => index)), -1);
    assert.match(message, /18, 19 and 10 more, got -1$/);
  });

  it("never carries a payload", () => {
    const secret = "x".repeat(100_000);
    const quoted = (value: unknown) => mustBe("null", value).message.replace("must be null, got ", "");
    assert.equal(quoted(secret), `"${"x".repeat(40)}"… (100000 characters)`);
    assert.equal(quoted({ secret }), "an object");
    assert.equal(quoted([secret]), "an array of 1 item");
    assert.equal(quoted(new Date(0)), "a Date");
    assert.equal(quoted(null), "null");
    assert.equal(quoted(undefined), "undefined");
    assert.equal(quoted(Number.NaN), "NaN");
    assert.equal(quoted(12n), "a bigint");
    assert.equal(quoted(Symbol(secret)), "a symbol");
    assert.equal(
      quoted(() => secret),
      "a function",
    );
    assert.equal(quoted("line\nbreak"), '"line\\nbreak"');
    assert.ok(segment(secret).length < 100);
  });

  it("gets the pointer of its part from the caller", () => {
    const problem = within(within(mustBe("null", 1, "/b"), "/0"), segment("a/~"));
    assert.deepEqual(problem, { pointer: "/a~1~0/0/b", message: "must be null, got 1" });
  });

  it("of a union names the problem of each alternative", () => {
    assert.equal(anyOf([mustBe("null", 1), undefined]), undefined);
    assert.deepEqual(anyOf([mustBe("null", 1), missing("/a")]), {
      pointer: "",
      message: "fits none of its alternatives: must be null, got 1; or /a is missing",
    });
  });
});
