import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { createLogger } from "@rabbit-contract/service";
import { guardFor } from "@rabbit-contract/service/testing";
import type { Control, ControlState } from "../control.ts";
import { createBreakItApp } from "./app.ts";

describe("a part that is started", () => {
  it("is shown as starting until it answers", async () => {
    const answers = Promise.withResolvers<void>();
    let state: ControlState = "stopped";
    const control: Control = {
      parts: async () => [{ name: "rabbitmq", kind: "broker", state }],
      async act() {
        state = "running";
        await answers.promise;
      },
    };
    const { app } = createBreakItApp({
      stack: { control, addresses: () => assert.fail(), broker: () => assert.fail() },
      isSecret: () => true,
      issueToken: () => assert.fail(),
      guard: guardFor([]),
      log: createLogger({ service: "break-it", level: "fatal" }),
    });
    app.compile();
    const call = async (path: string, method = "GET") => {
      const headers = { "machine-secret": "secret" };
      const request = new Request(`http://break-it/break-it/parts${path}`, { method, headers });
      return (await app.fetch(request)).json();
    };
    const shown = async () =>
      (await call("")).parts.map((part: { readonly state: ControlState }) => part.state);

    assert.deepEqual(await shown(), ["stopped"]);
    const started = call("/rabbitmq/start", "POST");
    await waitFor(async () => (await shown())[0] !== "stopped", { what: "the part to be started" });
    assert.deepEqual(await shown(), ["starting"]);
    answers.resolve();
    assert.equal((await started).state, "running");
    assert.deepEqual(await shown(), ["running"]);
  });
});
