/** The short run of the fault suite; `make faults` is the long one. On Bun alone: most of it waits for servers. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { cleanUp, newRun, type TestRun } from "../../stack/test-run.ts";
import { runScenario, type Scenario } from "./scenario.ts";
import { lastUnits } from "./scenarios/last-units.ts";
import { everythingKilledOnce } from "./scenarios/short.ts";
import { shuffled } from "./scenarios/shuffled.ts";
import { type Servers, startServers } from "./servers.ts";

describe("nothing is lost and nothing done twice", () => {
  const seed = process.env.SEED || randomBytes(4).toString("hex");
  let run: TestRun;
  let servers: Servers;

  before(async () => {
    run = newRun();
    servers = await startServers(`${run.directory}/servers/faults`);
  });

  after(async () => {
    await cleanUp(run, undefined, () => {});
  });

  async function passes(scenario: Scenario, orders: number): Promise<void> {
    const lines: string[] = [`SEED=${seed} repeats this`];
    const progress = (line: string) => lines.push(line);
    const result = await runScenario(scenario, { seed, orders, directory: run.directory, servers, progress });
    assert.deepEqual({ ...result.problems }, {}, lines.join("\n"));
    assert.deepEqual([result.lost, result.doubled], [0, 0]);
  }

  it("when a service is killed at each named point, and the broker and PostgreSQL are", async () => {
    await passes(everythingKilledOnce, 200);
  });

  it("when every message arrives one to five times in shuffled order", async () => {
    await passes(shuffled, 120);
  });

  it("when 200 orders want the last 100 units at once", async () => {
    await passes(lastUnits, 200);
  });
});
