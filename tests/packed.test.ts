import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "@orders/stack";
import { packedPackages, packPackages } from "@orders/stack/pack";
import { denoProgram } from "@orders/stack/programs";
import { fixtureText } from "@rabbit-contract/contract/testing";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { serverUrl, type TestVirtualHost, testVirtualHost } from "@rabbit-contract/messaging/testing";

const { resolve } = createRequire(import.meta.url);

/** Each runtime, and its arguments before a script. */
const runtimes = {
  // From npm, so that every machine tests with the same Node.js, whether or not it is installed.
  "Node.js": [join(dirname(resolve(`node-${process.platform}-${process.arch}/package.json`)), "bin/node")],
  Bun: ["bun"],
  Deno: [denoProgram(), "run", "--allow-all"],
} as const;

/** Each test starts several programs. */
const timeout = 180_000;

/** The result of the example's tutorial, which starts with nothing but these packages. */
const example = join(root, "examples/parcels");
/** Files that following the tutorial leaves there. */
const left = /^(?:node_modules|releases|site|src\/contract)(?:\/|$)/;

describe("the packages' own folders", () => {
  for (const name of packedPackages) {
    it(`cannot be packed directly: ${name} has sources only`, () => {
      const { status, stderr } = spawnSync(process.execPath, ["pm", "pack", "--dry-run"], {
        cwd: join(root, "packages", name),
        encoding: "utf8",
      });
      assert.notEqual(status, 0);
      assert.match(stderr, /would pack sources\. What is published is compiled/);
    });
  }
});

describe("the packages, packed and installed in an empty folder", () => {
  let host: TestVirtualHost;
  let folder: string;

  const run = ([command = "", ...args]: readonly string[], cwd = folder) =>
    execFileSync(command, args, {
      cwd,
      env: {
        ...process.env,
        AMQP_URL: host.amqpUrl,
        SHOP_AMQP_PASSWORD: "a",
        TILL_AMQP_PASSWORD: "b",
      },
      encoding: "utf8",
      timeout: 120_000,
      stdio: ["ignore", "pipe", "pipe"],
    });
  const read = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));
  const installed = (name: string, file: string) => join(folder, "node_modules", name, file);

  before(async () => {
    host = await testVirtualHost();
    folder = mkdtempSync(join(tmpdir(), "packed-"));
    cpSync(example, folder, { recursive: true, filter: (path) => !left.test(relative(example, path)) });
    const tarballs = Object.fromEntries(
      Object.entries(packPackages(folder)).map(([name, file]) => [name, `file:${file}`]),
    );
    const { dependencies, devDependencies, ...manifest } = read("package.json");
    // No registry has them, so their dependencies on each other also resolve to the tarballs.
    const all = { ...dependencies, ...devDependencies, ...tarballs };
    writeFileSync(
      join(folder, "package.json"),
      JSON.stringify({ ...manifest, dependencies: all, overrides: tarballs }),
    );
    run(["bun", "install", "--silent"]);
    run([...runtimes["Node.js"], installed("@rabbit-contract/contract", "dist/cli.js"), "generate"]);
    writeFileSync(join(folder, "shop.yaml"), fixtureText());
    cpSync(
      join(root, "packages/contract/golden/documents/asyncapi-2.6/asyncapi.yaml"),
      join(folder, "version-2.yaml"),
    );
    const readme = readFileSync(installed("@rabbit-contract/messaging", "README.md"), "utf8");
    writeFileSync(join(folder, "example.ts"), /^```ts\n(.*?)^```$/ms.exec(readme)?.[1] ?? "");
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await host?.drop();
  });

  for (const [name, runtime] of Object.entries(runtimes)) {
    it(`do all that a team needs in its first minute on ${name}`, { timeout }, async () => {
      const project = join(folder, "first-minute", name);
      mkdirSync(project, { recursive: true });
      // What an AsyncAPI document has anyway.
      writeFileSync(join(project, "my.yaml"), fixtureText({ "/x-rabbitmq": undefined }));
      const older = { "/x-rabbitmq": undefined, "/info/title": "Shop" };
      writeFileSync(join(project, "old.yaml"), fixtureText(older));
      const command = (...args: string[]) =>
        run([...runtime, installed("@rabbit-contract/contract", "dist/cli.js"), ...args], project);

      assert.match(command("compare", "old.yaml", "my.yaml"), /patch/);
      assert.match(command("init", "my.yaml"), /^Guessed, and written into my\.yaml:\n {2}service shop:/m);
      assert.match(command("init", "../../version-2.yaml", "--dry-run"), /is read as 3\.0\.0/);
      assert.match(command("lint", "my.yaml"), / 3 messages, .*: no errors/);
      command("generate", "my.yaml", "--out", "src/contract");
      assert.deepEqual(readdirSync(join(project, "src/contract")).sort(), [
        "messages.ts",
        "rabbitmq",
        "shop.ts",
        "till.ts",
        "topology.ts",
      ]);
      // Where Node.js itself would try forever.
      assert.throws(
        () => command("generate", "my.yaml", "--out", "/proc/no-such-folder"),
        /cannot create \/proc/,
      );
      command("docs", "my.yaml", "--out", "site");
      assert.match(readFileSync(join(project, "site/index.html"), "utf8"), /basket\.filled/);

      const own = await testVirtualHost();
      const management = serverUrl("RABBITMQ_MANAGEMENT_URL");
      const place = ["--broker", management, "--virtual-host", own.name, "--user-prefix", `${own.name}-`];
      try {
        assert.match(command("topology", "apply", "my.yaml", ...place), /^user .*-till$/m);
        assert.match(command("topology", "diff", "my.yaml", ...place), /is as the contract says/);
        assert.ok(JSON.parse(command("topology", "export", ...place)).queues.length > 0);
      } finally {
        const api = new ManagementApi(management);
        for (const user of ["shop", "till"]) await api.deleteIfPresent(`users/${own.name}-${user}`);
        await own.drop();
      }
    });

    it(`publish and consume a message as the README shows on ${name}`, { timeout }, async () => {
      assert.match(run([...runtime, join(folder, "example.ts")]), /^packing b-1$/m);
      assert.equal(await host.queueDepth("packing"), 0);
    });

    it(`run the example on ${name}`, { timeout }, () => {
      const test =
        { "Node.js": ["--test"], Bun: ["test", "--timeout=60000"], Deno: ["test", "--allow-all"] }[name] ??
        [];
      run([runtime[0] ?? "", ...test, "src/parcels.test.ts"]);
      assert.match(run([...runtime, "src/main.ts"]), /^p-1 is at Pier 4, with Slow Boat$/m);
    });

    const { skip } =
      { "Node.js": {}, Bun: {}, Deno: { skip: "@asyncapi/generator does not run on Deno" } }[name] ?? {};
    it(`write what is in generated/, as a template of @asyncapi/generator, on ${name}`, {
      timeout,
      skip,
    }, () => {
      const script = join(folder, "from-template.mjs");
      const generator = createRequire(join(root, "packages/asyncapi-template/package.json")).resolve(
        "@asyncapi/generator",
      );
      const template = join(folder, "node_modules/@rabbit-contract/asyncapi-template");
      const target = join(folder, "from-template", name);
      const document = readFileSync(join(root, "asyncapi/asyncapi.yaml"), "utf8");
      writeFileSync(
        script,
        `import generator from ${JSON.stringify(generator)};
         const Generator = generator.default ?? generator;
         await new Generator(${JSON.stringify(template)}, ${JSON.stringify(target)}).generateFromString(${JSON.stringify(document)});`,
      );
      run([...runtime, script]);
      const written = readdirSync(target, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => relative(target, join(entry.parentPath, entry.name)));
      assert.ok(written.includes("messages.ts") && written.includes("rabbitmq/definitions.json"));
      for (const path of written) {
        const read = (place: string) => readFileSync(join(place, path), "utf8");
        assert.equal(read(target), read(join(root, "generated")), path);
      }
    });

    it(`load every entry point on ${name}`, { timeout }, () => {
      const entries = Object.keys(read("package.json").overrides).flatMap((member) => {
        const { exports } = JSON.parse(readFileSync(installed(member, "package.json"), "utf8"));
        return Object.keys(exports).flatMap((entry) => {
          if (!entry.includes("*")) return [join(member, entry)];
          assert.ok(
            globSync(exports[entry], { cwd: dirname(installed(member, "package.json")) }).length > 0,
            entry,
          );
          return [];
        });
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

  it("have all types that generated code and the example need to pass tsc", { timeout }, () => {
    const { compilerOptions } = read("tsconfig.json");
    const include = ["src", "first-minute", "example.ts"];
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include }));
    run(["bun", installed("typescript", "bin/tsc"), "-p", folder]);
  });
});

describe("the tutorial of examples/parcels", () => {
  it("shows the current files", () => {
    const text = readFileSync(join(example, "README.md"), "utf8");
    const shown = [...text.matchAll(/^`([\w./-]+)`:\n\n```\w+\n(.*?)^```$/gms)];
    assert.equal(shown.length, 8);
    for (const [, file = "", block] of shown)
      assert.equal(block, readFileSync(join(example, file), "utf8"), `README.md shows a different ${file}`);
  });
});
