/** For tests of rules: contracts that violate one rule. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import type { Contract } from "../../contract.ts";
import { buildContract } from "../../read-contract.ts";
import { type JsonValue, Source, segmentsOf } from "../../source.ts";
import type { Complaint, Rule } from "../rule.ts";

const file = "asyncapi.yaml";
const unchanged = parseDocument(readFileSync(new URL("./fixture.yaml", import.meta.url), "utf8"));
/** Cached by text, since parsing a contract takes longer than most rules take to check it. */
const contracts = new Map<string, Contract>();

/** New values by JSON pointer; undefined removes the value. */
export type Patch = Readonly<Record<string, JsonValue | undefined>>;

/** The fixture, which satisfies every rule, with changes. */
export function fixtureText(patch: Patch = {}): string {
  const document = unchanged.clone();
  for (const [pointer, value] of Object.entries(patch)) {
    const path = segmentsOf(pointer);
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  }
  return document.toString();
}

export function fixture(patch: Patch = {}): Contract {
  const text = fixtureText(patch);
  const contract = contracts.get(text) ?? buildContract(new Source(file, text));
  contracts.set(text, contract);
  return contract;
}

/** The findings of `rule` for a changed fixture. */
export function complaints(rule: Rule, patch: Patch): readonly Complaint[] {
  return [...rule.check(fixture(patch))];
}

/** Asserts that `rule` has exactly one finding for a changed fixture: its place, message and fix. */
export function assertBroken(rule: Rule, patch: Patch, pointer: string, message: RegExp): void {
  const contract = fixture(patch);
  const found = [...rule.check(contract)];
  const [only] = found;
  assert.equal(found.length, 1, JSON.stringify(found, undefined, 2));
  assert.ok(only);
  assert.equal(only.pointer, pointer);
  assert.match(only.message, message);
  assert.ok(only.fix.length > 10);
  assert.equal(only.file, file);
  const { line } = contract.source.place(pointer);
  assert.equal(only.line, line);
  assert.ok(line > 1, "points at a line of its own");
}

export function assertKept(rule: Rule, patch: Patch = {}): void {
  assert.deepEqual(complaints(rule, patch), []);
}
