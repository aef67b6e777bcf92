/** The short run of the fault suite; `make faults` is the long one. Only on Bun: most of it waits for servers. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { cleanUp, newRun, serversOf, type TestRun } from "@orders/stack/test-run";
import { runScenario, type Scenario } from "./scenario.ts";
import { lastUnits } from "./scenarios/last-units.ts";
import { serversKilledOnce, servicesKilledOnce, tablesLockedOnce } from "./scenarios/short.ts";
import { shuffled } from "./scenarios/shuffled.ts";
import { subtleFaultsOnce } from "./scenarios/soak.ts";
import { type Servers, startServers } from "./servers.ts";

/** Milliseconds. Each scenario takes a fraction of it, unless the machine is very busy. */
const timeout = 600_000;

describe("nothing is lost and nothing done twice", () => {
  const seed = process.env.SEED || randomBytes(4).toString("hex");
  let run: TestRun;
  let servers: Servers;

  before(async () => {
    console.log(`SEED=${seed} repeats this run of the faults`);
    run = newRun({ inMemory: true });
    servers = await startServers(`${serversOf(run.directory)}/faults`);
  });

  after(async () => {
    await cleanUp(run, undefined, () => {});
  });

  async function passes(scenario: Scenario, orders: number): Promise<void> {
    const lines: string[] = [];
    const progress = (line: string) => lines.push(line);
    const shared = scenario.servers === undefined && { servers };
    const result = await runScenario(scenario, {
      seed,
      orders,
      directory: run.directory,
      progress,
      ...shared,
    });
    assert.deepEqual({ ...result.problems }, {}, lines.join("\n"));
    assert.deepEqual([result.lost, result.doubled], [0, 0]);
  }

  it("when services are killed at the named points", { timeout }, async () => {
    await passes(servicesKilledOnce, 100);
  });

  it("when the broker and PostgreSQL are killed", { timeout }, async () => {
    await passes(serversKilledOnce, 100);
  });

  it("when a hot table of each service is locked", { timeout }, async () => {
    await passes(tablesLockedOnce, 100);
  });

  it("when the standby takes over, connections go half-open, clocks are wrong, and more", {
    timeout,
  }, async () => {
    await passes(subtleFaultsOnce, 100);
  });

  it("when every message arrives one to five times in shuffled order", { timeout }, async () => {
    await passes(shuffled, 120);
  });

  it("when 200 orders want the last 100 units at once", { timeout }, async () => {
    await passes(lastUnits, 200);
  });
});
