import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "@orders/stack";
import { type TestVirtualHost, testVirtualHost } from "@rabbit-contract/messaging/testing";

const folder = join(root, "packages/messaging");

describe("packages/messaging, packed and installed alone in an empty folder", () => {
  let host: TestVirtualHost;
  let directory: string;
  const bun = (cwd: string, ...args: string[]) =>
    execFileSync("bun", args, {
      cwd,
      env: { ...process.env, AMQP_URL: host.amqpUrl },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 60_000,
    });

  before(async () => {
    host = await testVirtualHost();
    directory = mkdtempSync(join(tmpdir(), "packed-"));
    bun(folder, "pm", "pack", "--destination", directory);
    writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
    const [tarball = ""] = globSync("*.tgz", { cwd: directory });
    bun(directory, "add", `./${tarball}`);
  });
  after(async () => {
    rmSync(directory, { recursive: true, force: true });
    await host?.drop();
  });

  it("publishes and consumes a message as its README shows", async () => {
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    const [, example = ""] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
    assert.notEqual(example, "", "the README has no example");
    writeFileSync(join(directory, "example.ts"), example);
    assert.match(bun(directory, "example.ts"), /^packing b-1$/m);
    assert.equal(await host.queueDepth("packing"), 0);
  });
});
