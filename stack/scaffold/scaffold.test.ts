import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { root } from "../paths.ts";

describe("a new service and new messages", () => {
  let tree = "";
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: "utf8" });
    assert.equal(status, 0, `${args.join(" ")}:\n${stdout}${stderr}`);
  };

  after(() => rmSync(tree, { recursive: true, force: true }));

  it("are written into a copy of the project", { timeout: 300_000 }, () => {
    mkdirSync(join(root, ".local"), { recursive: true });
    tree = mkdtempSync(join(root, ".local/scaffold-"));
    const { stdout } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
      cwd: root,
      encoding: "utf8",
    });
    for (const file of stdout.split("\0").filter((path) => path !== "" && existsSync(join(root, path)))) {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      cpSync(join(root, file), join(tree, file));
    }
    run("install", "--frozen-lockfile");
    run("stack/scaffold/new-service.ts", "payment");
    // To a new queue, and to one that others send to.
    run("stack/scaffold/new-message.ts", "payment.received", "payment", "order");
    run("stack/scaffold/new-message.ts", "stock.counted", "inventory", "notification");
  });

  it("pass the type checker", { timeout: 120_000 }, () => run("node_modules/typescript/bin/tsc"));

  it("are formatted and pass the linter", () =>
    run(
      "node_modules/@biomejs/biome/bin/biome",
      "check",
      "--vcs-enabled=false",
      "asyncapi",
      "services",
      "compose.yaml",
    ));

  it("are in a contract without findings", () => run("packages/contract/src/cli.ts", "lint"));

  it("are in compose.yaml and in the monitoring", () => run("test", "./stack/containers"));
});
