/** Each example that a `--help` shows does what it says, in a folder with the files that it names. */
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import {
  changedUrl,
  serverUrl,
  type TestVirtualHost,
  testVirtualHost,
} from "@rabbit-contract/messaging/testing";
import { fixtureText } from "../rules/testing/fixture.ts";
import type { Command } from "./command.ts";

const cli = fileURLToPath(new URL("../cli.ts", import.meta.url));
const shell = promisify(execFile);
const pact = {
  consumer: { name: "till" },
  provider: { name: "shop" },
  interactions: [
    {
      type: "Asynchronous/Messages",
      description: "basket.filled",
      contents: { content: { basketId: "1" } },
      metadata: { type: "basket.filled" },
    },
  ],
};

describe("the examples of --help", () => {
  let host: TestVirtualHost;
  let api: ManagementApi;
  let folder: string;
  const path = (...names: string[]) => join(folder, ...names);
  const prefix = () => `${host.name}-`;

  before(async () => {
    host = await testVirtualHost();
    api = new ManagementApi(serverUrl("RABBITMQ_MANAGEMENT_URL"));
    folder = mkdtempSync(join(tmpdir(), "examples-"));
    for (const inner of ["bin", "releases", "pacts"]) mkdirSync(path(inner));
    for (const name of ["old", "releases/1.4.0"])
      writeFileSync(path(`${name}.yaml`), fixtureText({ "/info/version": "1.4.0" }));
    // The second is the one that commands use if none is named.
    for (const name of ["my", "asyncapi"])
      writeFileSync(path(`${name}.yaml`), fixtureText({ "/info/version": "1.4.1" }));
    const changed = {
      "/info/version": "1.5.0",
      "/components/schemas/BasketFilled/properties/note": undefined,
      "/components/messages/basketFilled/examples/1/payload/note": undefined,
    };
    writeFileSync(path("new.yaml"), fixtureText(changed));
    writeFileSync(path("pacts/till-shop.json"), JSON.stringify(pact));
    writeFileSync(path("bin/rabbit-contract"), `#!/bin/sh\nexec "${process.execPath}" "${cli}" "$@"\n`, {
      mode: 0o755,
    });
    writeFileSync(path("bin/kubectl"), "#!/bin/sh\ncat > applied.yaml\n", { mode: 0o755 });
    const git = (...args: string[]) => execFileSync("git", args, { cwd: folder });
    git("init", "--quiet");
    git("add", ".");
    const settings = ["user.name=a", "user.email=a@example.com", "commit.gpgsign=false"];
    git(...settings.flatMap((one) => ["-c", one]), "commit", "--quiet", "--message", "First");
    git("update-ref", "refs/remotes/origin/main", "HEAD");
  });
  after(async () => {
    for (const user of ["shop", "till"]) await api.deleteIfPresent(`users/${prefix()}${user}`);
    rmSync(folder, { recursive: true });
    await host.drop();
  });

  /** @throws Error for another exit code than 0 */
  async function run(line: string): Promise<string> {
    const url = new URL(serverUrl("RABBITMQ_MANAGEMENT_URL"));
    const { stdout } = await shell("sh", ["-c", line], {
      cwd: folder,
      env: {
        ...process.env,
        PATH: `${path("bin")}:${process.env.PATH}`,
        RABBITMQ_USERNAME: url.username,
        RABBITMQ_PASSWORD: decodeURIComponent(url.password),
        SHOP_AMQP_PASSWORD: "a",
        TILL_AMQP_PASSWORD: "b",
      },
    });
    return stdout;
  }

  it("all run", { timeout: 600_000 }, async () => {
    const modules = readdirSync(import.meta.dirname).filter((name) => /^[^.]+\.ts$/.test(name));
    const exported: { command?: Command }[] = await Promise.all(modules.map((name) => import(`./${name}`)));
    const commands = exported.flatMap(({ command }) => command ?? []);
    assert.equal(commands.length, 9);
    const examples = commands.map((command) => Object.keys(command.examples));
    for (const lines of examples) assert.ok(lines.length > 0);

    // A broker of tests is elsewhere, and others use it too.
    const broker = changedUrl(serverUrl("RABBITMQ_MANAGEMENT_URL"), { user: "", password: "" });
    const own = `${broker} --virtual-host ${host.name} --user-prefix ${prefix()}`;
    // It has a difference until its topology is applied.
    const inOrder = examples
      .flat()
      .toSorted((one, other) => Number(/^topology apply/.test(other)) - Number(/^topology apply/.test(one)));
    const said: Record<string, string> = {};
    for (const line of inOrder)
      said[line] = await run(`rabbit-contract ${line.replace("http://localhost:15672", own)}`);
    assert.match(said["compare old.yaml new.yaml --usage pacts"] ?? "", /asked: till/);
    assert.match(said["compare 1.4.0 --format markdown"] ?? "", /^#/);
    for (const file of [
      "releases/1.4.1.yaml",
      "src/contract/shop.ts",
      "site/index.html",
      "definitions.json",
      "before.json",
      "applied.yaml",
    ])
      assert.notEqual(readFileSync(path(file), "utf8"), "", file);
  });
});
