import assert from "node:assert/strict";
import { chmodSync, rmSync } from "node:fs";
import { after, describe, it } from "node:test";
import { rowsOf } from "@rabbit-contract/postgres/testing";
import { serversDirectory } from "../testing/servers.ts";
import { backingServicesDown, backingServicesUp } from "./backing-services.ts";
import { LocalControl } from "./control.ts";
import { stateFileIn } from "./state.ts";
import { writeState } from "./state-file.ts";

describe("the parts of a system in processes", () => {
  const directory = serversDirectory("control");
  // As in root's home: PostgreSQL's user cannot enter it.
  chmodSync(directory, 0o700);
  after(async () => {
    await backingServicesDown(directory, { purge: true });
    rmSync(directory, { recursive: true });
  });

  it("are paused, killed and started again, the servers on the same ports and with their data", async () => {
    const admin = await backingServicesUp(directory);
    await rowsOf(admin.DATABASE_URL, "create table kept as select 42 as answer");
    writeState(stateFileIn(directory), { passwords: {}, processes: {} });
    const control = new LocalControl(directory);
    const steps = [
      ["pause", "paused"],
      ["start", "running"],
      ["kill", "stopped"],
      ["start", "running"],
    ] as const;
    const go = async (name: string) => {
      for (const [action, state] of steps) {
        await control.act(name, action);
        const part = (await control.parts()).find((one) => one.name === name);
        assert.equal(part?.state, state, `${action} ${name}`);
      }
    };
    await Promise.all([go("rabbitmq"), go("postgres")]);
    assert.deepEqual(await backingServicesUp(directory), admin);
    assert.deepEqual(await rowsOf(admin.DATABASE_URL, "select answer from kept"), [{ answer: 42 }]);
    await assert.rejects(control.act("maildev", "kill"), /no part "maildev"/);
  });
});
