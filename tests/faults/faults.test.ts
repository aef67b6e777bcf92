/**
 * The short run of the fault suite; `make faults` is the long one. Runs only on Bun, since most of its time is spent
 * waiting for servers. Two faults of the long run have tests of their own instead: shuffled messages in the services'
 * interleavings.test.ts, orders for the last units in order-flow.test.ts.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { cleanUp, newRun, serversOf, type TestRun } from "@orders/stack/test-run";
import { runScenario, type Scenario } from "./scenario.ts";
import { everythingKilledOnce } from "./scenarios/short.ts";
import { startAll, subtleFaultsOnce } from "./scenarios/soak.ts";
import type { Servers } from "./servers.ts";

/** Milliseconds, many times what a scenario takes unless the machine is very busy. */
const timeout = 600_000;

describe("nothing is lost and nothing done twice", () => {
  const seed = process.env.SEED || randomBytes(4).toString("hex");
  let run: TestRun;
  let servers: Servers;

  before(async () => {
    console.log(`SEED=${seed} repeats this run of the faults`);
    run = newRun({ inMemory: true });
    servers = await startAll(`${serversOf(run.directory)}/faults`);
  });

  after(async () => {
    await servers?.remove();
    await cleanUp(run, undefined, () => {});
  });

  async function passes(scenario: Scenario, orders: number): Promise<void> {
    const lines: string[] = [];
    const progress = (line: string) => lines.push(line);
    const result = await runScenario(scenario, {
      seed,
      orders,
      directory: run.directory,
      progress,
      servers,
    });
    assert.deepEqual({ ...result.problems }, {}, lines.join("\n"));
    assert.deepEqual([result.lost, result.doubled], [0, 0]);
  }

  it("when services, broker and database are killed", {
    timeout,
  }, async () => {
    await passes(everythingKilledOnce, 100);
  });

  it("when the standby takes over, connections go half-open, tables are locked or rewritten, and more", {
    timeout,
  }, async () => {
    await passes(subtleFaultsOnce, 100);
  });
});
