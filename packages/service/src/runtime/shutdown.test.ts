import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryLog } from "../testing/http.ts";
import { type ShutdownParts, shutDown } from "./shutdown.ts";

/** Parts that record their calls; `hanging` ones never answer. */
function parts(hanging: readonly string[] = []) {
  const steps: string[] = [];
  const { log, lines } = memoryLog();
  const step = async (name: string, answered = Promise.resolve()) => {
    steps.push(name);
    if (hanging.includes(name)) await new Promise(() => {});
    await answered;
    steps.push(`${name} done`);
  };
  const times = new Map<string, number | undefined>();
  const given = (name: string, milliseconds: number | undefined) => {
    times.set(name, milliseconds);
    return step(name);
  };
  const all: ShutdownParts = {
    server: {
      drain: () => steps.push("drain"),
      stop: (options) => given("requests", options?.within),
    },
    admin: {
      drain: () => steps.push("admin drain"),
      interrupt: () => steps.push("operators' calls"),
      stop: (options) => given("admin", options?.within),
    },
    drainDelay: 10,
    jobs: [{ stop: (within) => given("work", within) }],
    broker: {
      stopConsuming: (options) => given("deliveries", options?.timeout),
      close: (options) => given("broker", options?.timeout),
    },
    relay: { stop: (timeout) => given("relay", timeout) },
    database: { close: () => step("database") },
    log,
  };
  return { all, steps, times, lines };
}

describe("shutting down", () => {
  it("stops input before output, answers probes meanwhile, and closes the database last", async () => {
    const { all, steps, lines } = parts();
    await shutDown(all);
    assert.deepEqual(steps, [
      "drain",
      "admin drain",
      "operators' calls",
      "requests",
      "work",
      "deliveries",
      "requests done",
      "work done",
      "deliveries done",
      "relay",
      "relay done",
      "broker",
      "broker done",
      "admin",
      "admin done",
      "database",
      "database done",
    ]);
    assert.deepEqual(
      lines.map(({ level, msg }) => `${level} ${msg}`),
      ["info stopped"],
    );
  });

  it("gives all steps together less than 10 seconds, including the delay", async () => {
    const { all, times } = parts();
    await shutDown({ ...all, drainDelay: 1_000 });
    const work = times.get("work") ?? Number.POSITIVE_INFINITY;
    assert.ok(work < 6_500, `${work} ms`);
    assert.ok(Math.max(...[...times.values()].map((time) => time ?? Number.POSITIVE_INFINITY)) < 9_000);
  });

  it("fails when a step does, because the process could not stop cleanly", async () => {
    const { all } = parts();
    const database = { close: () => Promise.reject(new Error("no")) };
    await assert.rejects(shutDown({ ...all, database }), /no/);
  });
});
