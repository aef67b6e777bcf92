import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { prepareStatements } from "./prepared-statements.ts";

/** A client that returns the name it was asked to prepare a statement under. */
function recordingClient() {
  const client = { query: (config: unknown, _values?: unknown[]): unknown => config };
  prepareStatements(client);
  return (text: string) => {
    const asked = client.query({ text }, [1]);
    return typeof asked === "object" && asked !== null && "name" in asked ? asked.name : undefined;
  };
}

describe("prepared statements", () => {
  test("the same text has the same name on every connection, and another text another name", () => {
    const [one, two] = [recordingClient(), recordingClient()];
    const name = one("select 1 where 1 = $1");
    assert.equal(typeof name, "string");
    assert.equal(two("select 1 where 1 = $1"), name);
    assert.notEqual(one("select 2 where 1 = $1"), name);
  });

  test("a given name stays, and commands without parameters are sent as they are", () => {
    const client = { query: (config: unknown): unknown => config };
    prepareStatements(client);
    assert.deepEqual(client.query({ text: "select 3", name: "own" }), { text: "select 3", name: "own" });
    assert.equal(client.query("begin"), "begin");
  });

  test("at most 200 texts get a name", () => {
    const nameOf = recordingClient();
    const names = Array.from({ length: 400 }, (_, number) => nameOf(`select ${number} where 1 = $1`));
    assert.ok(names.includes(undefined));
    assert.equal(new Set(names.filter((name) => name !== undefined)).size <= 200, true);
  });
});
