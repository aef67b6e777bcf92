/** The layers of CONTRIBUTING.md are kept by biome.json; here is what it must refuse, and what it must let through. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "@orders/stack/paths";

const refused = [
  ["services/order/src/place-orders.ts", "#generated/inventory.ts", "another service owns"],
  ["services/inventory/src/http.ts", "#generated/notification.ts", "another service owns"],
  ["services/notification/src/main.ts", "../../order/src/order.ts", "another service owns"],
  ["services/order/src/main.ts", "amqplib", "publishes through its outbox"],
  ["services/order/src/main.ts", "../../messaging/publisher.ts", "publishes through its outbox"],
  ["services/order/src/place-orders.ts", "#platform/http.ts", "knows no HTTP"],
  ["services/inventory/src/reserve-stock.ts", "elysia", "knows no HTTP"],
  ["services/platform/relay.ts", "#generated/order.ts", "knows none of them"],
  ["services/messaging/consumer.ts", "drizzle-orm", "knows no database"],
  ["services/messaging/consumer.ts", "#platform/database.ts", "knows no database"],
] as const;

const allowed = [
  ["services/order/src/place-orders.ts", "#generated/order.ts"],
  ["services/order/src/place-orders.ts", "#generated/messages.ts"],
  ["services/order/src/http.ts", "#platform/http.ts"],
  ["services/messaging/connection.ts", "amqplib"],
  ["services/platform/database.ts", "drizzle-orm"],
] as const;

const biome = join(root, "node_modules/@biomejs/biome/bin/biome");

describe("imports", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "forbidden-imports-"));
    cpSync(join(root, "biome.json"), join(folder, "biome.json"));
  });

  after(() => rmSync(folder, { recursive: true }));

  /** What the linter says of a file at `path` that imports `specifier`. */
  function lint(path: string, specifier: string): string {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `import * as other from "${specifier}";\n\nconsole.log(other);\n`);
    const run = spawnSync(process.execPath, [biome, "lint", "--vcs-enabled=false", path], {
      cwd: folder,
      encoding: "utf8",
    });
    return run.stdout + run.stderr;
  }

  for (const [path, specifier, why] of refused) {
    it(`${path} may not import ${specifier}`, () => assert.match(lint(path, specifier), new RegExp(why)));
  }
  for (const [path, specifier] of allowed) {
    it(`${path} may import ${specifier}`, () =>
      assert.match(lint(path, specifier), /Checked 1 file in .*No fixes applied/));
  }
});
