import assert from "node:assert/strict";
import { it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import pino from "pino";
import { startTimer } from "./timer.ts";

it("a timer stops within the given time, even when its job does not end", async () => {
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const job = startTimer({ name: "stuck", interval: 1_000, log: pino({ level: "silent" }) }, () => {
    start();
    return new Promise(() => {});
  });
  await started;
  const stopped = job.stop(20).then(() => "stopped");
  assert.equal(await Promise.race([stopped, delay(5_000, "still waiting", { ref: false })]), "stopped");
});

it("a run that fails is tried again soon, however long the interval", async () => {
  const { promise: second, resolve } = Promise.withResolvers<void>();
  let runs = 0;
  const hour = 3_600_000;
  const job = startTimer({ name: "hourly", interval: hour, log: pino({ level: "silent" }) }, async () => {
    if (++runs === 1) throw new Error("the table is locked");
    resolve();
  });
  await second;
  await job.stop(1_000);
  assert.equal(runs, 2);
  assert.equal(job.failures.lasting(0), undefined);
});
