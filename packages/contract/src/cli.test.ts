import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
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
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { changedUrl, type TestVirtualHost, testVirtualHost } from "@rabbit-contract/messaging/testing";
import { fixtureText } from "./rules/testing/fixture.ts";

const cli = fileURLToPath(new URL("./cli.ts", import.meta.url));

/** Each test starts several programs. */
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

  function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, RABBITMQ_MANAGEMENT_URL: "", ...env },
    });
    return { status, text: stdout + stderr };
  }

  /** The exit code is the first of `expected`; the output matches all others. */
  function answers(args: readonly string[], status: number, ...expected: readonly RegExp[]): void {
    const result = run(args);
    assert.equal(result.status, status, result.text);
    for (const one of expected) assert.match(result.text, one);
  }

  it("lists the commands, and shows of each how it is called", { timeout }, () => {
    answers(["--help"], 0, /^ {2}lint /m, /^ {2}topology export /m);
    answers(["generate", "--help"], 0, /generate my\.yaml --out src\/contract/, /Exit code: 0 /);
  });

  it("lists commands, with exit code 2, where one is missing; help COMMAND is COMMAND --help", {
    timeout,
  }, () => {
    answers([], 2, /^ {2}lint /m);
    answers(["topology"], 2, /^ {2}topology diff /m);
    answers(["topology", "--help"], 0, /^ {2}topology diff /m);
    answers(["help", "topology", "diff"], 0, /^Usage: rabbit-contract topology diff /);
  });

  it("refuses unknown arguments with exit code 2, and names the commands that have an option", {
    timeout,
  }, () => {
    answers(["lint", "shop.yaml", "--prune"], 2, /unknown option --prune: it belongs to topology diff\n/);
    answers(
      ["lint", "shop.yaml", "other.yaml"],
      2,
      /unexpected "other\.yaml": the command takes DOCUMENT at most/,
    );
    answers(["lin"], 2, /unknown command "lin"/);
  });

  it("exits with 1 for findings, and with 2 for a document that it cannot read", { timeout }, () => {
    answers(["lint", "wrong.yaml"], 1, /wrong\.yaml:\d+ \/channels/);
    answers(["compare", "shop.yaml", "missing.yaml"], 2, /missing\.yaml/);
    answers(["lint", "missing.yaml"], 2, /missing\.yaml/);
  });

  it("fetches nothing unless that is allowed", { timeout }, () => {
    const schema = { $ref: "http://127.0.0.1:1/basket.yaml" };
    const text = fixtureText({ "/components/schemas/Basket": schema });
    writeFileSync(join(folder, "remote.yaml"), text);
    answers(["lint", "remote.yaml"], 1, /remote-references/, /--allow-remote/);
    answers(["lint", "remote.yaml", "--allow-remote"], 1, /basket\.yaml" could not be fetched/);
    answers(["compare", "shop.yaml", "remote.yaml"], 2, /remote-references/, /--allow-remote/);
    answers(
      ["compare", "remote.yaml", "shop.yaml", "--allow-remote"],
      2,
      /basket\.yaml" could not be fetched/,
    );
  });

  it("takes nothing of the configuration for another document: no file of the configured one is replaced", {
    timeout,
  }, () => {
    const config = { document: "shop.yaml", out: "generated", catalogue: { out: "site" } };
    const file = join(folder, "rabbit-contract.config.json");
    writeFileSync(file, JSON.stringify(config));
    try {
      answers(["generate"], 0, /generated\/shop\.ts/);
      const before = readdirSync(join(folder, "generated"));
      answers(
        ["generate", "other.yaml"],
        2,
        /where should the code of other\.yaml go\? Name a folder with --out/,
      );
      answers(
        ["generate", "other.yaml", "--out", "generated"],
        2,
        /generated from shop\.yaml, not from other\.yaml/,
      );
      assert.deepEqual(readdirSync(join(folder, "generated")), before);
      answers(["generate", "--check"], 0, /generated is up to date/);
    } finally {
      rmSync(file);
    }
  });

  it("imports another runtime when a configuration in TypeScript says so", { timeout }, () => {
    const file = join(folder, "rabbit-contract.config.ts");
    writeFileSync(file, 'export default { document: "shop.yaml", runtime: "#runtime" as string };');
    try {
      answers(["generate", "--out", "renamed"], 0, /renamed\/messages\.ts/);
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

  it("refuses a configuration with a key that it does not know", { timeout }, () => {
    const file = join(folder, "rabbit-contract.config.json");
    writeFileSync(file, JSON.stringify({ outt: "generated" }));
    try {
      answers(["lint", "shop.yaml"], 2, /rabbit-contract\.config\.json:1 \/outt/);
    } finally {
      rmSync(file);
    }
  });

  it("asks the pacts of --usage, or of the configuration, who reads a removed field", { timeout }, () => {
    const changed = {
      "/info/version": "1.1.0",
      "/components/schemas/BasketFilled/properties/note": undefined,
      "/components/messages/basketFilled/examples/1/payload/note": undefined,
    };
    writeFileSync(join(folder, "changed.yaml"), fixtureText(changed));
    mkdirSync(join(folder, "pacts"));
    const args = ["compare", "shop.yaml", "changed.yaml"];
    answers([...args, "--usage", "pacts"], 2, /pacts has no pacts for messages: --usage takes a folder/);
    const filled = {
      type: "Asynchronous/Messages",
      description: "basket.filled",
      contents: { content: { basketId: "1" } },
      metadata: { type: "basket.filled" },
    };
    const pact = { consumer: { name: "till" }, provider: { name: "shop" }, interactions: [filled] };
    writeFileSync(join(folder, "pacts/till-shop.json"), JSON.stringify(pact));
    answers(
      [...args, "--usage", "pacts"],
      0,
      /\/note is no longer sent\n[\s\S]* read by: no consumer; asked: till\n/,
    );
    const config = join(folder, "rabbit-contract.config.json");
    writeFileSync(config, JSON.stringify({ document: "changed.yaml", pacts: "pacts" }));
    try {
      answers(["compare", "shop.yaml"], 0, / read by: no consumer; asked: till\n/);
    } finally {
      rmSync(config);
    }
  });

  it("says what is wrong with files and folders", { timeout }, () => {
    writeFileSync(join(folder, "empty.yaml"), "");
    answers(
      ["lint", "empty.yaml"],
      1,
      /empty\.yaml:1 \/\n {2}yaml: the document is empty\n {2}fix: begin it with/,
    );
    answers(["lint", "."], 2, /cannot read \.: it is a folder\. Name the document in it/);
    answers(
      ["generate", "shop.yaml", "--out", "shop.yaml"],
      2,
      /shop\.yaml is a file, where a folder is needed/,
    );
    answers(["docs", "shop.yaml", "--out", "new", "--stories", "none.yaml"], 2, /there is no none\.yaml/);
    assert.equal(existsSync(join(folder, "new")), false);
  });

  it("replaces no page that it did not write", { timeout }, () => {
    mkdirSync(join(folder, "pages"));
    writeFileSync(join(folder, "pages/index.html"), "<h1>Mine</h1>");
    answers(
      ["docs", "shop.yaml", "--out", "pages"],
      2,
      /pages\/index\.html was not written by rabbit-contract/,
    );
    assert.deepEqual(readdirSync(join(folder, "pages")), ["index.html"]);
  });

  it("prints the users and permissions for Kubernetes, with the names given or configured", {
    timeout,
  }, () => {
    const args = ["topology", "export", "shop.yaml", "--format", "kubernetes"];
    answers(args, 0, /kind: User\n.*\n {2}name: till$/m, /rabbitmqClusterReference:\n {4}name: rabbitmq$/m);
    answers([...args, "--cluster", "mine", "--virtual-host", "shops"], 0, /name: mine$/m, /vhost: shops$/m);
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

      const anonymous = run(["topology", "diff", ...place]);
      assert.equal(anonymous.status, 2);
      assert.match(anonymous.text, /Set RABBITMQ_USERNAME and RABBITMQ_PASSWORD/);
      const without = run(["topology", "apply", ...place], { ...credentials, SHOP_AMQP_PASSWORD: "a" });
      assert.equal(without.status, 2);
      assert.match(without.text, /no password for till: set TILL_AMQP_PASSWORD/);
      assert.equal(run(["topology", "diff", ...place], credentials).status, 1);
      const applied = run(["topology", "apply", ...place], { ...credentials, ...passwords });
      assert.equal(applied.status, 0, applied.text);
      const same = run(["topology", "diff", ...place], credentials);
      assert.equal(same.status, 0, same.text);
      await api.delete(`bindings/${encodeURIComponent(host.name)}/e/shop/q/till.baskets/basket.filled`);
      const different = run(["topology", "diff", ...place], credentials);
      assert.match(different.text, /differs from the contract in 1 place$/m);
      const fixed = run(["topology", "diff", ...place, "--apply"], credentials);
      assert.equal(fixed.status, 0, fixed.text);

      const [document, ...onBroker] = place;
      const there = run(["topology", "export", ...onBroker], credentials);
      assert.equal(there.status, 0, there.text);
      const wanted = run(["topology", "export", "shop.yaml"]).text.replaceAll('"vhost": "/"', () => {
        return `"vhost": ${JSON.stringify(host.name)}`;
      });
      const sorted = (text: string) =>
        Object.entries(JSON.parse(text)).map(([kind, items]) => [
          kind,
          Array.isArray(items) ? items.toSorted((a, b) => (inspect(a) < inspect(b) ? -1 : 1)) : items,
        ]);
      assert.deepEqual(sorted(there.text), sorted(wanted));
      const both = run(["topology", "export", document ?? "", ...onBroker], credentials);
      assert.equal(both.status, 2);
      assert.match(both.text, /reads no document: leave out shop\.yaml or --broker/);
    });

    it("exports definitions that the broker imports, and so does generate", { timeout }, async () => {
      const exported = JSON.parse(run(["topology", "export", "shop.yaml"]).text);
      run(["generate", "shop.yaml", "--out", "code"]);
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
