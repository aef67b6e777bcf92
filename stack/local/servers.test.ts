/** Broker and database together are tested at the end of tests/self-healing.test.ts, which has its own anyway. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { after, before, describe, it } from "node:test";
import { isPortFree, waitFor } from "@rabbit-contract/messaging/testing";
import { rowsOf } from "@rabbit-contract/postgres/testing";
import { serversDirectory } from "../testing/servers.ts";
import { postgresLog, runningPostgres, startPostgres, stopPostgres } from "./postgres.ts";

/** Where `make test` finds the processes of an interrupted test. @param mode who may enter it */
function newDirectory(mode: number): string {
  const directory = serversDirectory("of-a-test");
  chmodSync(directory, mode);
  return directory;
}

describe("a database server of our own", () => {
  // As in root's home: PostgreSQL's user cannot enter it.
  const directory = newDirectory(0o700);
  let otherServer: Server | undefined;
  before(async () => {
    await startPostgres({ directory });
  });
  after(async () => {
    otherServer?.close();
    await stopPostgres(directory, { purge: true });
  });

  it("keeps its data, and moves to another port if its own is taken", async () => {
    const before = runningPostgres(directory)?.databaseUrl ?? "";
    await rowsOf(before, "create table kept as select 42 as answer");
    await stopPostgres(directory);

    const taken = Number(new URL(before).port);
    otherServer = createServer();
    await new Promise<void>((resolve) => otherServer?.listen(taken, "127.0.0.1", resolve));

    const { databaseUrl } = await startPostgres({ directory });
    assert.notEqual(Number(new URL(databaseUrl).port), taken);
    assert.deepEqual(await rowsOf(databaseUrl, "select answer from kept"), [{ answer: 42 }]);
  });

  it("restarts after it was killed, once its last session has ended", async () => {
    const { databaseUrl, pid } = runningPostgres(directory) ?? { databaseUrl: "", pid: 0 };
    const sessions = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" })
      .stdout.trim()
      .split("\n");
    const session = Number(sessions[0]);
    process.kill(session, "SIGSTOP"); // as one that is busy
    process.kill(pid, "SIGKILL");
    const port = Number(new URL(databaseUrl).port);
    // Its other children keep its port until they notice its death.
    const isGone = async () => runningPostgres(directory) === undefined && (await isPortFree(port));
    await waitFor(isGone, { what: "the server to be gone" });
    const log = postgresLog(directory) ?? "";

    const started = startPostgres({ directory });
    try {
      const refusal = /pre-existing shared memory block/;
      await waitFor(() => refusal.test(readFileSync(log, "utf8")), {
        what: "a start to be refused",
        timeout: 30_000,
      });
    } finally {
      process.kill(session, "SIGCONT");
    }
    assert.deepEqual(await started, { databaseUrl });
    assert.deepEqual(await rowsOf(databaseUrl, "select answer from kept"), [{ answer: 42 }]);
  });

  it("reports why it cannot start", async () => {
    const other = newDirectory(0o755);
    await startPostgres({ directory: other });
    await stopPostgres(other);
    const data = spawnSync("find", [other, "-name", "postgresql.conf"], { encoding: "utf8" }).stdout.trim();
    spawnSync("sh", ["-c", `echo "nonsense = on" >> "${data}"`]);
    await assert.rejects(
      startPostgres({ directory: other }),
      /unrecognized configuration parameter "nonsense"/,
    );
    await stopPostgres(other, { purge: true });
  });
});
