import assert from "node:assert/strict";
import {
  cpSync,
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
import { runIn } from "./commands/testing/run-in.ts";
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

  const run = (args: readonly string[]) => runIn(folder, args);

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

  it("says with each command what was converted", { timeout }, async () => {
    const old = fileURLToPath(new URL("../golden/documents/asyncapi-2.6/asyncapi.yaml", import.meta.url));
    cpSync(old, join(folder, "old.yaml"));
    const told = /^note: old\.yaml:\d+ AsyncAPI 2\.6\.0 is read as 3\.0\.0/m;
    await answers(["lint", "old.yaml"], 0, told);
    await answers(["generate", "old.yaml", "--out", "converted"], 0, told);
    await answers(["compare", "old.yaml", "old.yaml"], 0, told);
    await answers(["docs", "old.yaml", "--out", "converted-pages"], 0, told);
    await answers(["topology", "export", "old.yaml"], 0, told);
    await answers(["release", "old.yaml", "--releases", "converted-releases"], 0, told);
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
});
