import { describe } from "node:test";
import { type Case, casesHold } from "./testing/modules.ts";

const cases: readonly Case[] = [
  {
    behaviour: "type string",
    schema: { type: "string" },
    valid: ["", "a"],
    invalid: [
      [1, " must be a string, got 1"],
      [null, " must be a string, got null"],
      [undefined, " must be a string, got undefined"],
    ],
  },
  {
    behaviour: "type number: finite ones",
    schema: { type: "number" },
    valid: [0, -1.5, 1e300],
    invalid: [
      ["1", ' must be a finite number, got "1"'],
      [Number.NaN, " must be a finite number, got NaN"],
      [Number.POSITIVE_INFINITY, " must be a finite number, got Infinity"],
    ],
  },
  {
    behaviour: "type integer: 1.0 is one",
    schema: { type: "integer" },
    valid: [1.0, -3, 1e300],
    invalid: [
      [1.5, " must be an integer, got 1.5"],
      ["3", ' must be an integer, got "3"'],
      [Number.NaN, " must be an integer, got NaN"],
      [10n, " must be an integer, got a bigint"],
    ],
  },
  {
    behaviour: "type boolean",
    schema: { type: "boolean" },
    valid: [true, false],
    invalid: [[0, " must be true or false, got 0"]],
  },
  {
    behaviour: "type null",
    schema: { type: "null" },
    valid: [null],
    invalid: [
      [undefined, " must be null, got undefined"],
      [0, " must be null, got 0"],
    ],
  },
  {
    behaviour: "no keyword at all",
    schema: { description: "Anything." },
    valid: [1, "a", null, {}, [[]]],
    invalid: [],
  },
  {
    behaviour: "minimum and maximum",
    schema: { type: "integer", minimum: 1, maximum: 3 },
    valid: [1, 3],
    invalid: [
      [0, " must be at least 1, got 0"],
      [4, " must be at most 3, got 4"],
    ],
  },
  {
    behaviour: "exclusiveMinimum and exclusiveMaximum",
    schema: { type: "number", exclusiveMinimum: -1, exclusiveMaximum: 1.5 },
    valid: [-0.9, 1.4],
    invalid: [
      [-1, " must be above -1, got -1"],
      [1.5, " must be below 1.5, got 1.5"],
    ],
  },
  {
    behaviour: "multipleOf, in decimals",
    schema: { type: "number", multipleOf: 0.01 },
    valid: [0.07, 19.99, -1.1, 3],
    invalid: [[0.005, " must be a multiple of 0.01, got 0.005"]],
  },
  {
    behaviour: "minLength and maxLength, in code points",
    schema: { type: "string", minLength: 2, maxLength: 3 },
    valid: ["ab", "💡💡💡", "a💡"],
    invalid: [
      ["💡", ' must be at least 2 characters long, got "💡"'],
      ["abcd", ' must be at most 3 characters long, got "abcd"'],
    ],
  },
  {
    behaviour: "minLength 1",
    schema: { type: "string", minLength: 1 },
    valid: ["a", "💡"],
    invalid: [["", ' must be at least 1 character long, got ""']],
  },
  {
    behaviour: "pattern, anywhere in the text, with the u flag",
    schema: { type: "string", pattern: "[/\\p{Lu}]" },
    valid: ["aÄb", "a/b"],
    invalid: [["ab", ' must match the pattern [/\\p{Lu}], got "ab"']],
  },
  {
    behaviour: "format",
    schema: {
      type: "object",
      properties: {
        uuid: { type: "string", format: "uuid" },
        time: { type: "string", format: "date-time" },
        day: { type: "string", format: "date" },
        email: { type: "string", format: "email" },
        uri: { type: "string", format: "uri" },
        duration: { type: "string", format: "duration" },
        host: { type: "string", format: "hostname" },
        v4: { type: "string", format: "ipv4" },
        v6: { type: "string", format: "ipv6" },
        base64: { type: "string", format: "byte" },
        octets: { type: "string", format: "binary" },
      },
    },
    valid: [
      {
        uuid: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
        time: "2026-03-14T09:26:53Z",
        day: "2026-03-14",
        email: "a@example.com",
        uri: "a:b",
        duration: "PT15M",
        host: "localhost",
        v4: "192.0.2.1",
        v6: "2001:db8::1",
        base64: "YQ==",
        octets: "\u00ff",
      },
    ],
    invalid: [
      [{ uuid: "x" }, '/uuid must be a UUID, got "x"'],
      [{ time: "x" }, '/time must be a date and time as in RFC 3339, got "x"'],
      [{ day: "2026-02-29" }, '/day must be a date as in RFC 3339, got "2026-02-29"'],
      [{ email: "x" }, '/email must be an e-mail address, got "x"'],
      [{ uri: "x" }, '/uri must be an absolute URI, got "x"'],
      [{ uri: 1 }, "/uri must be a string, got 1"],
      [{ duration: "15m" }, '/duration must be a duration as in RFC 3339, got "15m"'],
      [{ host: "a_b" }, '/host must be a host name, got "a_b"'],
      [{ v4: "::1" }, '/v4 must be an IPv4 address, got "::1"'],
      [{ v6: "1.2.3.4" }, '/v6 must be an IPv6 address, got "1.2.3.4"'],
      [{ base64: "YQ" }, '/base64 must be base64 as in RFC 4648, got "YQ"'],
      [{ octets: "€" }, '/octets must be octets, one character each, got "€"'],
    ],
  },
  {
    behaviour: "formats of numbers, as bounds beside those that are written",
    schema: {
      type: "object",
      properties: {
        int32: { type: "integer", format: "int32" },
        count: { type: "integer", format: "int32", minimum: 0, maximum: 9_000_000_000 },
        int64: { type: "integer", format: "int64" },
        float: { type: "number", format: "float" },
        double: { type: "number", format: "double" },
        either: { type: ["integer", "null"], format: "int32" },
      },
    },
    valid: [
      {
        int32: -2147483648,
        count: 2147483647,
        int64: Number.MAX_SAFE_INTEGER,
        float: 3.4e38,
        double: 1.7e308,
      },
      { int32: 2147483647, int64: Number.MIN_SAFE_INTEGER, either: null },
    ],
    invalid: [
      [{ int32: 2147483648 }, "/int32 must be at most 2147483647, got 2147483648"],
      [{ int32: 0.5 }, "/int32 must be an integer, got 0.5"],
      [{ count: -1 }, "/count must be at least 0, got -1"],
      [{ count: 2147483648 }, "/count must be at most 2147483647, got 2147483648"],
      // What JSON.parse makes of 9007199254740993.
      [{ int64: 2 ** 53 }, "/int64 must be at most 9007199254740991, got 9007199254740992"],
      [{ float: 3.5e38 }, "/float must be at most 3.4028234663852886e+38, got 3.5e+38"],
      [{ double: Number.POSITIVE_INFINITY }, "/double must be a finite number, got Infinity"],
      [{ either: -2147483649 }, "/either must be at least -2147483648, got -2147483649"],
    ],
  },
  {
    behaviour: "const",
    schema: { const: "a" },
    valid: ["a"],
    invalid: [["b", ' must be "a", got "b"']],
  },
  {
    behaviour: "enum, short and long",
    schema: {
      type: "array",
      items: {
        type: "object",
        properties: { few: { enum: ["a", 1, null] }, many: { enum: ["a", "b", "c", "d"] } },
      },
    },
    valid: [[{ few: null, many: "d" }], [{ few: 1 }]],
    invalid: [
      [[{ few: "1" }], '/0/few must be "a", 1 or null, got "1"'],
      [[{}, { many: "e" }], '/1/many must be one of "a", "b", "c", "d", got "e"'],
      [[{ many: ["a"] }], '/0/many must be one of "a", "b", "c", "d", got an array of 1 item'],
    ],
  },
];

describe("a compiled check of scalars", async () => {
  await casesHold(cases);
});
