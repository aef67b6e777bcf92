import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "@orders/stack";
import { packPackages } from "@orders/stack/pack";
import { findProgram } from "@orders/stack/programs";
import { fixtureText } from "@rabbit-contract/contract/testing";
import { type TestVirtualHost, testVirtualHost } from "@rabbit-contract/messaging/testing";

const { resolve } = createRequire(import.meta.url);
const modules = join(root, "node_modules");

/** Each runtime, and its arguments before a script. */
const runtimes = {
  // From npm, so that every machine tests the same Node.js, one that has it or not.
  "Node.js": [join(dirname(resolve(`node-${process.platform}-${process.arch}/package.json`)), "bin/node")],
  Bun: ["bun"],
  Deno: [
    findProgram("deno", join(modules, ".bun/@deno+*/node_modules/@deno/*")) ?? "deno",
    "run",
    "--allow-all",
  ],
} as const;

/** Each test starts several programs. */
const timeout = 180_000;

describe("the packages, packed and installed in an empty folder", () => {
  let host: TestVirtualHost;
  let folder: string;

  const run = ([command = "", ...args]: readonly string[], cwd = folder) =>
    execFileSync(command, args, {
      cwd,
      env: { ...process.env, AMQP_URL: host.amqpUrl },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const installed = (name: string, file: string) => join(folder, "node_modules", name, file);

  before(async () => {
    host = await testVirtualHost();
    folder = mkdtempSync(join(tmpdir(), "packed-"));
    const tarballs = Object.fromEntries(
      Object.entries(packPackages(folder)).map(([name, file]) => [name, `file:${file}`]),
    );
    const { "@sinclair/typebox": typebox, "@types/node": types } = JSON.parse(
      readFileSync(join(root, "package.json"), "utf8"),
    ).workspaces.catalog;
    const dependencies = { ...tarballs, "@sinclair/typebox": typebox, "@types/node": types };
    // A registry does not have them: what one of them says of another leads to the tarball as well.
    const manifest = { type: "module", private: true, dependencies, overrides: tarballs };
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    run(["bun", "install", "--silent"]);
    writeFileSync(join(folder, "shop.yaml"), fixtureText());
    writeFileSync(join(folder, "old.yaml"), fixtureText({ "/info/title": "Shop" }));
    const readme = readFileSync(installed("@rabbit-contract/messaging", "README.md"), "utf8");
    writeFileSync(join(folder, "example.ts"), /^```ts\n(.*?)^```$/ms.exec(readme)?.[1] ?? "");
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await host?.drop();
  });

  for (const [name, runtime] of Object.entries(runtimes)) {
    it(`give the command rabbit-contract on ${name}`, { timeout }, () => {
      const command = (...args: string[]) =>
        run([...runtime, installed("@rabbit-contract/contract", "dist/cli.js"), ...args]);
      assert.match(command("lint", "shop.yaml"), / 3 messages, .*: no errors/);
      command("generate", "shop.yaml", "--out", `src/${name}`);
      assert.deepEqual(readdirSync(join(folder, "src", name)).sort(), [
        "messages.ts",
        "rabbitmq",
        "shop.ts",
        "till.ts",
        "topology.ts",
      ]);
      assert.match(command("compare", "old.yaml", "shop.yaml"), /patch/);
      command("docs", "shop.yaml", "--out", `site/${name}`);
      assert.match(readFileSync(join(folder, "site", name, "index.html"), "utf8"), /basket\.filled/);
    });

    it(`publish and consume a message as the README shows on ${name}`, { timeout }, async () => {
      assert.match(run([...runtime, join(folder, "example.ts")]), /^packing b-1$/m);
      assert.equal(await host.queueDepth("packing"), 0);
    });

    it(`load every entry on ${name}`, { timeout }, () => {
      const entries = Object.keys(tarballNames()).flatMap((member) => {
        const { exports } = JSON.parse(readFileSync(installed(member, "package.json"), "utf8"));
        return Object.keys(exports).map((entry) => join(member, entry));
      });
      const script = join(folder, "load.js");
      const imports = entries.map(
        (entry) =>
          `import(${JSON.stringify(entry)}, ${entry.endsWith(".json") ? '{ with: { type: "json" } }' : "undefined"})`,
      );
      writeFileSync(script, `await Promise.all([${imports}]); console.log("loaded");`);
      assert.match(run([...runtime, script]), /loaded/);
    });
  }

  const tarballNames = () => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).overrides;

  it("have the types that generated code needs, for tsc", { timeout }, () => {
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      module: "nodenext",
      target: "es2024",
      types: ["node"],
      allowImportingTsExtensions: true,
      noEmit: true,
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["src", "example.ts"] }),
    );
    mkdirSync(join(folder, "src"), { recursive: true });
    run(["bun", join(modules, "typescript/bin/tsc"), "-p", folder]);
  });
});
