import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { projectOf } from "./config.ts";
import { fixtureText } from "./rules/testing/fixture.ts";

const json = "rabbit-contract.config.json";

describe("the configuration", () => {
  let folder: string;
  const before = process.cwd();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "config-"));
    writeFileSync(join(folder, "shop.yaml"), fixtureText());
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  async function refuses(name: string, text: string, ...expected: readonly string[]): Promise<void> {
    writeFileSync(join(folder, name), text);
    await assert.rejects(projectOf("shop.yaml"), (error) => {
      assert.ok(error instanceof Error);
      for (const one of expected) assert.ok(error.message.includes(one), error.message);
      return true;
    });
  }

  it("sets what commands use, each setting by its own", async () => {
    const settings = {
      document: "shop.yaml",
      out: "code",
      runtime: "#runtime",
      releases: "frozen",
      pacts: "pacts",
      severities: { "everything-is-described": "error" },
      exceptions: [{ rule: "settings-are-honoured", reason: "The old till.", until: "2027-01-31" }],
      kubernetes: { cluster: "mine", virtualHost: "shops" },
      catalogue: { out: "site", stories: "stories.yaml" },
    };
    writeFileSync(json, JSON.stringify(settings, null, 2));
    const { severities, exceptions, ...others } = settings;
    assert.deepEqual(await projectOf(), {
      ...others,
      allowRemote: false,
      profile: {
        severities,
        exceptions: [{ ...exceptions[0], at: "", place: { file: json, line: 11, pointer: "/exceptions/0" } }],
      },
    });
  });

  it("is refused with everything that is wrong with it, each with its line and what to write", async () => {
    const text = `{
      "outt": "code",
      "pacts": 5,
      "severities": { "everything-is-described": "warning" },
      "exceptions": [{ "rule": "settings-are-honoured", "until": "soon" }],
      "kubernetes": { "namespace": "mine" },
      "catalogue": []
    }`;
    await refuses(
      json,
      text,
      `${json}:2 /outt\n  configuration: "outt" is unknown here\n  fix: write "out", or remove it`,
      `${json}:3 /pacts\n  configuration: must be a string\n  fix: set it to the folder of the consumers' pacts`,
      `${json}:4 /severities/everything-is-described\n  configuration: must be one of ["error","advice"]`,
      `${json}:5 /exceptions/0\n  configuration: "reason" is missing\n  fix: set it to a mapping of rule, reason, until`,
      `${json}:5 /exceptions/0/until\n  configuration: must match pattern`,
      `${json}:6 /kubernetes/namespace\n  configuration: "namespace" is unknown here\n  fix: `,
      `${json}:7 /catalogue\n  configuration: must be a mapping\n  fix: set it to a mapping of out and stories`,
    );
  });

  it("is refused for the severity of an unknown rule, or of one that code cannot be generated without", async () => {
    const severities = { "colours-are-red": "error", "names-are-unique": "advice" };
    await refuses(
      json,
      JSON.stringify({ severities }),
      'there is no rule "colours-are-red"',
      '"names-are-unique" cannot be advice: no code can be generated without it',
    );
  });

  it("is refused with the line of a mistake in its JSON", async () => {
    await refuses(json, '{\n  "document": "shop.yaml"\n  "out": "code"\n}', `${json}:`, "configuration: ");
  });

  it("is refused if it cannot be loaded, exports nothing, or there are two", async () => {
    await refuses("rabbit-contract.config.js", "export const out = 5;", "it exports no settings");
    await refuses(json, "{}", "keep one of rabbit-contract.config.js and rabbit-contract.config.json");
    rmSync(json);
    rmSync("rabbit-contract.config.js");
    await refuses("rabbit-contract.config.ts", "export default {", "cannot load rabbit-contract.config.ts: ");
  });

  it("may be TypeScript with its type", async () => {
    const types = pathToFileURL(join(import.meta.dirname, "index.ts")).href;
    const text = `import type { Config } from ${JSON.stringify(types)};\nexport default { document: "shop.yaml", out: "code" } satisfies Config;\n`;
    writeFileSync("rabbit-contract.config.mts", text);
    assert.equal((await projectOf()).out, "code");
  });
});
