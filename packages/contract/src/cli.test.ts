import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inspect } from "node:util";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { changedUrl, type TestVirtualHost, testVirtualHost } from "@rabbit-contract/messaging/testing";
import { runCommandLine } from "./commands/index.ts";
import { fixtureText } from "./rules/testing/fixture.ts";

/** For busy machines. */
const timeout = 180_000;

describe("the command line", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cli-"));
    writeFileSync(join(folder, "shop.yaml"), fixtureText());
    writeFileSync(join(folder, "other.yaml"), fixtureText({ "/info/title": "Another" }));
    writeFileSync(
      join(folder, "wrong.yaml"),
      fixtureText({ "/channels/tillBaskets/x-rabbitmq/bindings": [] }),
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  /** In this process, because starting another takes longer than most commands; action.test.ts starts the program. */
  async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const lines: unknown[] = [];
    const given = { RABBITMQ_MANAGEMENT_URL: "", ...env };
    const former = { log: console.log, error: console.error, env: { ...process.env }, folder: process.cwd() };
    process.chdir(folder);
    Object.assign(process.env, given);
    console.log = console.error = (line: unknown) => lines.push(line);
    try {
      return { status: await runCommandLine(args), text: `${lines.join("\n")}\n` };
    } finally {
      Object.assign(console, { log: former.log, error: former.error });
      for (const name of Object.keys(given)) delete process.env[name];
      Object.assign(process.env, former.env);
      process.chdir(former.folder);
    }
  }

  /** The exit code is the first of `expected`; the output matches all others. */
  async function answers(
    args: readonly string[],
    status: number,
    ...expected: readonly RegExp[]
  ): Promise<void> {
    const result = await run(args);
    assert.equal(result.status, status, result.text);
    for (const one of expected) assert.match(result.text, one);
  }

  it("lists the commands, and shows of each how it is called", { timeout }, async () => {
    await answers(["--help"], 0, /^ {2}lint /m, /^ {2}topology export /m);
    await answers(["generate", "--help"], 0, /generate my\.yaml --out src\/contract/, /Exit code: 0 /);
  });

  it("lists commands, with exit code 2, where one is missing; help COMMAND is COMMAND --help", {
    timeout,
  }, async () => {
    await answers([], 2, /^ {2}lint /m);
    await answers(["topology"], 2, /^ {2}topology diff /m);
    await answers(["topology", "--help"], 0, /^ {2}topology diff /m);
    await answers(["help", "topology", "diff"], 0, /^Usage: rabbit-contract topology diff /);
  });

  it("refuses unknown arguments with exit code 2, and names the commands that have an option", {
    timeout,
  }, async () => {
    await answers(
      ["lint", "shop.yaml", "--prune"],
      2,
      /unknown option --prune: it belongs to topology diff\n/,
    );
    await answers(
      ["lint", "shop.yaml", "other.yaml"],
      2,
      /unexpected "other\.yaml": the command takes DOCUMENT at most/,
    );
    await answers(["lin"], 2, /unknown command "lin"/);
  });

  it("exits with 1 for findings, and with 2 for a document that it cannot read", { timeout }, async () => {
    await answers(["lint", "wrong.yaml"], 1, /wrong\.yaml:\d+ \/channels/);
    await answers(["compare", "shop.yaml", "missing.yaml"], 2, /missing\.yaml/);
    await answers(["lint", "missing.yaml"], 2, /missing\.yaml/);
  });

  it("fetches nothing unless that is allowed", { timeout }, async () => {
    const schema = { $ref: "http://127.0.0.1:1/basket.yaml" };
    const text = fixtureText({ "/components/schemas/Basket": schema });
    writeFileSync(join(folder, "remote.yaml"), text);
    await answers(["lint", "remote.yaml"], 1, /remote-references/, /--allow-remote/);
    await answers(["lint", "remote.yaml", "--allow-remote"], 1, /basket\.yaml" could not be fetched/);
    await answers(["compare", "shop.yaml", "remote.yaml"], 2, /remote-references/, /--allow-remote/);
    await answers(
      ["compare", "remote.yaml", "shop.yaml", "--allow-remote"],
      2,
      /basket\.yaml" could not be fetched/,
    );
  });

  it("takes nothing of the configuration for another document: no file of the configured one is replaced", {
    timeout,
  }, async () => {
    const config = { document: "shop.yaml", out: "generated", catalogue: { out: "site" } };
    const file = join(folder, "rabbit-contract.config.json");
    writeFileSync(file, JSON.stringify(config));
    try {
      await answers(["generate"], 0, /generated\/shop\.ts/);
      const before = readdirSync(join(folder, "generated"));
      await answers(
        ["generate", "other.yaml"],
        2,
        /where should the code of other\.yaml go\? Name a folder with --out/,
      );
      await answers(
        ["generate", "other.yaml", "--out", "generated"],
        2,
        /generated from shop\.yaml, not from other\.yaml/,
      );
      assert.deepEqual(readdirSync(join(folder, "generated")), before);
      await answers(["generate", "--check"], 0, /generated is up to date/);
    } finally {
      rmSync(file);
    }
  });

  it("imports another runtime when a configuration in TypeScript says so", { timeout }, async () => {
    const file = join(folder, "rabbit-contract.config.ts");
    writeFileSync(file, 'export default { document: "shop.yaml", runtime: "#runtime" as string };');
    try {
      await answers(["generate", "--out", "renamed"], 0, /renamed\/messages\.ts/);
      const imports = readFileSync(join(folder, "renamed/messages.ts"), "utf8").match(/ from ".*"/g);
      assert.deepEqual(imports, [
        ' from "#runtime"',
        ' from "#runtime/validation"',
        ' from "@sinclair/typebox"',
      ]);
    } finally {
      rmSync(file);
    }
  });

  it("refuses a configuration with a key that it does not know", { timeout }, async () => {
    const file = join(folder, "rabbit-contract.config.json");
    writeFileSync(file, JSON.stringify({ outt: "generated" }));
    try {
      await answers(["lint", "shop.yaml"], 2, /rabbit-contract\.config\.json:1 \/outt/);
    } finally {
      rmSync(file);
    }
  });

  it("asks the pacts of --usage, or of the configuration, who reads a removed field", {
    timeout,
  }, async () => {
    const changed = {
      "/info/version": "1.1.0",
      "/components/schemas/BasketFilled/properties/note": undefined,
      "/components/messages/basketFilled/examples/1/payload/note": undefined,
    };
    writeFileSync(join(folder, "changed.yaml"), fixtureText(changed));
    mkdirSync(join(folder, "pacts"));
    const args = ["compare", "shop.yaml", "changed.yaml"];
    await answers(
      [...args, "--usage", "pacts"],
      2,
      /pacts has no pacts for messages: --usage takes a folder/,
    );
    const filled = {
      type: "Asynchronous/Messages",
      description: "basket.filled",
      contents: { content: { basketId: "1" } },
      metadata: { type: "basket.filled" },
    };
    const pact = { consumer: { name: "till" }, provider: { name: "shop" }, interactions: [filled] };
    writeFileSync(join(folder, "pacts/till-shop.json"), JSON.stringify(pact));
    await answers(
      [...args, "--usage", "pacts"],
      0,
      /\/note is no longer sent\n[\s\S]* read by: no consumer; asked: till\n/,
    );
    const config = join(folder, "rabbit-contract.config.json");
    writeFileSync(config, JSON.stringify({ document: "changed.yaml", pacts: "pacts" }));
    try {
      await answers(["compare", "shop.yaml"], 0, / read by: no consumer; asked: till\n/);
    } finally {
      rmSync(config);
    }
  });

  it("says what is wrong with files and folders", { timeout }, async () => {
    writeFileSync(join(folder, "empty.yaml"), "");
    await answers(
      ["lint", "empty.yaml"],
      1,
      /empty\.yaml:1 \/\n {2}yaml: the document is empty\n {2}fix: begin it with/,
    );
    await answers(["lint", "."], 2, /cannot read \.: it is a folder\. Name the document in it/);
    await answers(
      ["generate", "shop.yaml", "--out", "shop.yaml"],
      2,
      /shop\.yaml is a file, where a folder is needed/,
    );
    await answers(
      ["docs", "shop.yaml", "--out", "new", "--stories", "none.yaml"],
      2,
      /there is no none\.yaml/,
    );
    assert.equal(existsSync(join(folder, "new")), false);
  });

  it("replaces no page that it did not write", { timeout }, async () => {
    mkdirSync(join(folder, "pages"));
    writeFileSync(join(folder, "pages/index.html"), "<h1>Mine</h1>");
    await answers(
      ["docs", "shop.yaml", "--out", "pages"],
      2,
      /pages\/index\.html was not written by rabbit-contract/,
    );
    assert.deepEqual(readdirSync(join(folder, "pages")), ["index.html"]);
  });

  it("prints the users and permissions for Kubernetes, with the names given or configured", {
    timeout,
  }, async () => {
    const args = ["topology", "export", "shop.yaml", "--format", "kubernetes"];
    await answers(
      args,
      0,
      /kind: User\n.*\n {2}name: till$/m,
      /rabbitmqClusterReference:\n {4}name: rabbitmq$/m,
    );
    await answers(
      [...args, "--cluster", "mine", "--virtual-host", "shops"],
      0,
      /name: mine$/m,
      /vhost: shops$/m,
    );
  });

  describe("with a broker", () => {
    let host: TestVirtualHost;
    let api: ManagementApi;
    let broker: readonly string[];
    const users = ["shop", "till"];
    before(async () => {
      host = await testVirtualHost();
      api = new ManagementApi(process.env.RABBITMQ_MANAGEMENT_URL ?? "");
      broker = ["--virtual-host", host.name, "--user-prefix", `${host.name}-`];
    });
    after(async () => {
      for (const user of users)
        await api.deleteIfPresent(`users/${encodeURIComponent(`${host.name}-${user}`)}`);
      await host.drop();
    });

    it("brings the topology of a document to it, and then finds no difference", { timeout }, async () => {
      const url = process.env.RABBITMQ_MANAGEMENT_URL ?? "";
      const { username, password } = new URL(url);
      const place = ["shop.yaml", "--broker", changedUrl(url, { user: "", password: "" }), ...broker];
      const credentials = { RABBITMQ_USERNAME: username, RABBITMQ_PASSWORD: decodeURIComponent(password) };
      const passwords = { SHOP_AMQP_PASSWORD: "a", TILL_AMQP_PASSWORD: "b" };

      const anonymous = await run(["topology", "diff", ...place]);
      assert.equal(anonymous.status, 2);
      assert.match(anonymous.text, /Set RABBITMQ_USERNAME and RABBITMQ_PASSWORD/);
      const without = await run(["topology", "apply", ...place], { ...credentials, SHOP_AMQP_PASSWORD: "a" });
      assert.equal(without.status, 2);
      assert.match(without.text, /no password for till: set TILL_AMQP_PASSWORD/);
      assert.equal((await run(["topology", "diff", ...place], credentials)).status, 1);
      const applied = await run(["topology", "apply", ...place], { ...credentials, ...passwords });
      assert.equal(applied.status, 0, applied.text);
      const same = await run(["topology", "diff", ...place], credentials);
      assert.equal(same.status, 0, same.text);
      await api.delete(`bindings/${encodeURIComponent(host.name)}/e/shop/q/till.baskets/basket.filled`);
      const different = await run(["topology", "diff", ...place], credentials);
      assert.match(different.text, /differs from the contract in 1 place$/m);
      const fixed = await run(["topology", "diff", ...place, "--apply"], credentials);
      assert.equal(fixed.status, 0, fixed.text);

      const [document, ...onBroker] = place;
      const there = await run(["topology", "export", ...onBroker], credentials);
      assert.equal(there.status, 0, there.text);
      const wanted = (await run(["topology", "export", "shop.yaml"])).text.replaceAll('"vhost": "/"', () => {
        return `"vhost": ${JSON.stringify(host.name)}`;
      });
      const sorted = (text: string) =>
        Object.entries(JSON.parse(text)).map(([kind, items]) => [
          kind,
          Array.isArray(items) ? items.toSorted((a, b) => (inspect(a) < inspect(b) ? -1 : 1)) : items,
        ]);
      assert.deepEqual(sorted(there.text), sorted(wanted));
      const both = await run(["topology", "export", document ?? "", ...onBroker], credentials);
      assert.equal(both.status, 2);
      assert.match(both.text, /reads no document: leave out shop\.yaml or --broker/);
    });

    it("exports definitions that the broker imports, and so does generate", { timeout }, async () => {
      const exported = JSON.parse((await run(["topology", "export", "shop.yaml"])).text);
      await run(["generate", "shop.yaml", "--out", "code"]);
      const generated = JSON.parse(readFileSync(join(folder, "code/rabbitmq/definitions.json"), "utf8"));
      const { "//": banner, ...definitions } = generated;
      assert.match(banner, /^Generated by rabbit-contract .* from shop\.yaml/);
      assert.deepEqual(definitions, exported);
      const other = await testVirtualHost();
      try {
        // Users, and so permissions, are of the whole broker: an import into one virtual host has none.
        await api.post(`definitions/${encodeURIComponent(other.name)}`, { ...generated, permissions: [] });
        const queues = await api.get(`queues/${encodeURIComponent(other.name)}`);
        assert.equal(Array.isArray(queues) && queues.length, exported.queues.length);
      } finally {
        await other.drop();
      }
    });
  });
});
