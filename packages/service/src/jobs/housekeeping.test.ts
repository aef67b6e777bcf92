import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { Chore } from "@rabbit-contract/postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { memoryLog } from "../testing/http.ts";
import { startHousekeeping } from "./housekeeping.ts";

/** Never connected: the chores below ignore it. */
const database = { sql: drizzle({ client: new pg.Pool() }) };

describe("housekeeping", () => {
  it("continues after failures, round after round, until it is stopped", async () => {
    const { log, lines } = memoryLog();
    let left = 3;
    let failures = 0;
    const failing: Chore = {
      name: "failing",
      async run() {
        failures++;
        throw new Error("Connection terminated unexpectedly");
      },
    };
    const working: Chore = { name: "working", run: async () => (left > 0 ? left-- && 10 : 0) };
    const chores = [failing, working];
    const housekeeping = startHousekeeping({ database, chores, log, interval: 5 });
    await eventually(() => assert.ok(failures >= 3));
    await housekeeping.stop(1000);
    const done = failures;
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(lines.find(({ msg }) => msg === "old rows removed")?.removed, { working: 30 });
    const warnings = lines.filter(({ level }) => level === "warn").length;
    assert.ok(warnings > 0 && warnings < failures, `${warnings} lines for ${failures} failures`);
    assert.equal(failures, done);
  });
});
