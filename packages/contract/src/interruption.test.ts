/** Ctrl+C, while a command works. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { eventually } from "@rabbit-contract/messaging/testing";

const cli = fileURLToPath(new URL("./cli.ts", import.meta.url));

/** One that takes seconds to generate code from. */
function largeDocument(): string {
  const message = { payload: { type: "object", properties: { id: { type: "string", maxLength: 40 } } } };
  const names = Array.from({ length: 3_000 }, (_, index) => `thingHappened${index}`);
  return JSON.stringify({
    asyncapi: "3.0.0",
    info: { title: "Things", version: "1.0.0" },
    channels: {
      things: {
        address: "things",
        messages: Object.fromEntries(names.map((name) => [name, { name, ...message }])),
        bindings: { amqp: { is: "routingKey", exchange: { name: "things", type: "direct" } } },
      },
    },
    operations: { send: { action: "send", channel: { $ref: "#/channels/things" } } },
  });
}

describe("an interrupted command", () => {
  it("ends at once and writes nothing", { timeout: 180_000 }, () => eventually(interrupt));

  // If this process pauses for some seconds, the command ends before it is interrupted: then it is tried again.
  async function interrupt() {
    const folder = mkdtempSync(join(tmpdir(), "interruption-"));
    try {
      writeFileSync(join(folder, "things.json"), largeDocument());
      // Loaded before the document is read.
      const started = 'console.log("started"); export default { document: "things.json", out: "code" };';
      writeFileSync(join(folder, "rabbit-contract.config.js"), started);
      const command = spawn(process.execPath, [cli, "generate"], {
        cwd: folder,
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [line] = await once(command.stdout, "data");
      assert.equal(String(line), "started\n");
      command.kill("SIGINT");
      const [code, signal] = await once(command, "exit");
      // By a signal, which shells report as 130.
      assert.deepEqual([code, signal], [null, "SIGINT"]);
      assert.equal(existsSync(join(folder, "code")), false);
      assert.deepEqual(readdirSync(folder).sort(), ["rabbit-contract.config.js", "things.json"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
});
