import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { root } from "../paths.ts";

/** As the commands do, but generating and formatting once for all, which takes most of their time. */
const scaffold = `
  import { newMessage } from "./stack/scaffold/new-message.ts";
  import { newService } from "./stack/scaffold/new-service.ts";
  import { complete } from "./stack/scaffold/run.ts";

  newService("payment");
  // To a new queue, and to one that others send to.
  newMessage({ name: "payment.received", from: "payment", to: "order" });
  newMessage({ name: "stock.counted", from: "inventory", to: "notification" });
  complete({ service: "payment", written: ["asyncapi", "services", "compose.yaml", "deploy"] });
`;

describe("a new service and new messages", () => {
  let tree = "";
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: "utf8" });
    assert.equal(status, 0, `${args.join(" ")}:\n${stdout}${stderr}`);
  };

  after(() => rmSync(tree, { recursive: true, force: true }));

  it("are written into a copy of the project, without findings in the contract or of the linter", {
    timeout: 900_000,
  }, () => {
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
    run("-e", scaffold);
  });

  it("pass the type checker", { timeout: 600_000 }, () =>
    // In one thread, because several would check many types more than once.
    run("node_modules/typescript/bin/tsc", "--singleThreaded"),
  );

  it("are in compose.yaml and in the monitoring", () => run("test", "--timeout=60000", "./stack/containers"));

  it("are in the Kubernetes manifests", { timeout: 600_000 }, () =>
    // Not schemas.test.ts, which takes long and says nothing about names.
    run(
      "test",
      "--timeout=60000",
      ...["network", "policies", "scaling"].map((name) => `./tests/kubernetes/${name}.test.ts`),
    ),
  );
});
