import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { rowsOf } from "@rabbit-contract/postgres/testing";
import { connect } from "amqplib";
import { serversDirectory } from "../testing/servers.ts";
import { backingServicesDown, backingServicesUp } from "./backing-services.ts";
import { postgresLog, runningPostgres, startPostgres, stopPostgres } from "./postgres.ts";
import { runningRabbitmq } from "./rabbitmq.ts";

/** Where `make test` finds the processes of an interrupted test. @param mode who may enter it */
function newDirectory(mode: number): string {
  const directory = serversDirectory("of-a-test");
  chmodSync(directory, mode);
  return directory;
}

function processesWith(text: string): string[] {
  const { stdout } = spawnSync("ps", ["-eo", "pid,stat,args"], { encoding: "utf8" });
  return stdout.split("\n").filter((line) => line.includes(text) && !/^\s*\d+\s+Z/.test(line));
}

describe("servers of our own", () => {
  // As in root's home: PostgreSQL's user cannot enter it.
  const directory = newDirectory(0o700);
  after(async () => {
    await backingServicesDown(directory, { purge: true });
    rmSync(directory, { recursive: true });
  });

  it("start, accept the administrator, are found again, and stop without leaving a process or a file", async () => {
    const admin = await backingServicesUp(directory);
    const connection = await connect(admin.AMQP_URL);
    await connection.close();
    assert.deepEqual(await rowsOf(admin.DATABASE_URL, "select 1 as one"), [{ one: 1 }]);

    assert.deepEqual(await backingServicesUp(directory), admin);

    assert.ok(processesWith(directory).length > 0);
    await backingServicesDown(directory, { purge: true });
    assert.equal(runningRabbitmq(join(directory, "rabbitmq")), undefined);
    assert.equal(runningPostgres(join(directory, "postgres")), undefined);
    assert.deepEqual(processesWith(directory), []);
    assert.equal(existsSync(join(directory, "rabbitmq")) || existsSync(join(directory, "postgres")), false);
  });
});

describe("a database server of our own", () => {
  const directory = newDirectory(0o755);
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
    await waitFor(() => runningPostgres(directory) === undefined, { what: "the server to be gone" });
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
