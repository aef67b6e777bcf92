import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { costOf } from "./pattern-cost.ts";

describe("the time that a pattern can take", () => {
  it("is exponential where a loop can match the same text in two ways", () => {
    for (const pattern of [
      "^(a+)+$",
      "^(a*)*$",
      "^(a|a)*$",
      "^(a|aa)+$",
      "^(a*b?)*$",
      "^([a-z]+)*$",
      "^(\\w+\\s?)*$",
      "^([0-9]+)+,?$",
      "^(a{1,30}){1,30}$",
      "(.*a){20}",
      "^(x+x+)+y$",
      "^(?:[^,]|,\\d)*(a|[^b])*$",
      "^(?=(a+)+$)b",
      "^((a|b)(a|b)?)+$",
    ]) {
      assert.equal(costOf(pattern), "exponential", pattern);
    }
  });

  it("is harmless in what contracts use", () => {
    for (const pattern of [
      "^[A-Z]-[0-9]{1,4}$",
      "^[A-Z]{3}$",
      "^[a-z]+(-[a-z]+)*$",
      "^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$",
      "^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,}$",
      "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "^([0-9]{4}){9}$",
      "^(a|b)*$",
      "^(ab|ac)+$",
      "^a*a*",
      "[a-z]+",
      "^https?://.+$",
      "^[^@]+@[^@]+$",
      "^\\d+(\\.\\d+)?$",
      "^.{0,200}x.{0,200}y$",
      "^(?!.*--)[a-z-]{1,63}$",
      "^\\p{Lu}(\\p{Ll}+ )*$",
      "^(?=.*[A-Z])(?=.*[0-9])(?!.* ).{8,64}$",
      "^(?<!a)[a-z]+$",
      "",
    ]) {
      assert.equal(costOf(pattern), "harmless", pattern);
    }
  });

  it("is a power of the text's length where loops, one after the other, can share a text", () => {
    const powers: readonly (readonly [pattern: string, power: number])[] = [
      ["^\\s*\\s*$", 2],
      ["^a*a*a*$", 3],
      ["^.*x.*y$", 2],
      ["^(.*),(.*),(.*)$", 3],
      ["^\\d+\\.?\\d*$", 2],
      ["^\\S+@\\S+\\.\\S+$", 3],
      // Each place of the text is tried as the start.
      ["\\s*$", 2],
      ["\\s*\\s*$", 3],
      ["^.{0,1000}x.{0,1000}y$", 2],
      // A lookahead reads on from each place where it is tried.
      ["(?=a*b)c", 2],
      ["(?!.*--)[a-z]", 2],
      ["(?=a*a*b)c", 3],
      ["^a*(?=a*b)", 2],
      ["^((?=a+b)a)*$", 2],
    ];
    for (const [pattern, power] of powers) assert.equal(costOf(pattern), power, pattern);
  });

  it("is unknown for back references and for loops in lookbehinds, which the automaton does not have", () => {
    assert.equal(costOf("^(a*)(\\1)+$"), "unknown");
    assert.equal(costOf("(?<=xa*)b"), "unknown");
  });

  it("is unknown for loops in what always matches or never does, which the engine tries nevertheless", () => {
    for (const pattern of [
      "(?<=(?:x(a+)+)?)b",
      "(?<=a*)b",
      "(?=(a+)+$|)b",
      "(?!(?:(a+)+$)?)b",
      "^a*a*[]",
      "^(a*)*(?!)",
    ]) {
      assert.equal(costOf(pattern), "unknown", pattern);
    }
    assert.equal(costOf("^(?<=)[a-z]+$"), "harmless");
  });

  it("is determined quickly, even for large expressions", () => {
    assert.equal(costOf(`^(${"(a|b)?c{0,9}".repeat(30)})+$`), "exponential");
    assert.equal(costOf("^([a-z]{1,200}-){1,200}$"), "harmless");
    assert.equal(costOf(`^(${"(a?b?){50}".repeat(20)})*$`), "unknown");
  });
});
