import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { isRunning, type ProcessRecord, startDetached, stopProcess } from "./process.ts";

describe("a process of the stack", () => {
  const directory = mkdtempSync(join(tmpdir(), "process-test-"));
  const started: ProcessRecord[] = [];
  after(async () => {
    for (const record of started) await stopProcess(record, { signal: "SIGKILL" });
    rmSync(directory, { recursive: true });
  });

  async function start(script: string): Promise<ProcessRecord> {
    const logFile = join(directory, `${started.length}.log`);
    const record = await startDetached({
      command: "sh",
      args: ["-c", script],
      env: process.env,
      cwd: directory,
      logFile,
    });
    started.push(record);
    return record;
  }

  const log = (index: number) => readFileSync(join(directory, `${index}.log`), "utf8");

  it("keeps running until it is stopped, and its output is kept", async () => {
    const record = await start("echo hello; exec sleep 100");
    await waitFor(() => log(0) === "hello\n", { what: "the greeting" });
    assert.equal(isRunning(record), true);
    await stopProcess(record);
    assert.equal(isRunning(record), false);
  });

  it("is killed with its children if it does not stop in time", async () => {
    const record = await start("trap '' TERM; echo ready; while :; do sleep 0.1; done");
    await waitFor(() => log(1) === "ready\n", { what: "the trap to be set" });
    await stopProcess(record, { timeout: 100 });
    assert.equal(isRunning(record), false);
  });

  it("is left alone if only its pid matches the recorded process", async () => {
    const otherProcess = await start("exec sleep 100");
    const recycled = { ...otherProcess, identity: "of a process that ended long ago" };
    assert.equal(isRunning(recycled), false);
    await stopProcess(recycled);
    assert.equal(isRunning(otherProcess), true);
  });

  it("cannot be started if the program does not exist", async () => {
    const missing = { command: "no-such-program", args: [], env: process.env, cwd: directory };
    await assert.rejects(startDetached({ ...missing, logFile: join(directory, "x.log") }), /no-such-program/);
  });
});
