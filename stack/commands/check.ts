/** `make check`: everything that can be checked without running the system. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { denoProgram } from "../local/programs.ts";
import { root } from "../paths.ts";

interface Check {
  readonly name: string;
  /** As a user would type it. */
  readonly shown: string;
  readonly command: readonly string[];
  /** What to do when it fails. */
  readonly fix: string;
}

const bun = process.execPath;
const modules = join(root, "node_modules");
const rabbitContract = join(modules, ".bin/rabbit-contract");
// Code that uses Elysia is left to tsc: Deno reads Elysia's declarations as CommonJS and ours as ES modules, so it sees
// two incompatible copies of TypeBox's types. The tests of that code run on Deno.
const onDeno = ["packages/messaging", "packages/postgres", "packages/contract/golden", "generated"];

// The tools' start scripts need Node, which a machine may lack: Bun runs them.
const checks: readonly Check[] = [
  {
    name: "format and lint",
    shown: "biome check .",
    command: [bun, join(modules, "@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."],
    fix: "make format, then fix the rest by hand",
  },
  {
    name: "types",
    shown: "tsc",
    command: [bun, join(modules, "typescript/bin/tsc")],
    fix: "fix the places above",
  },
  {
    name: "house rules",
    shown: "bun tests/house/check.ts",
    command: [bun, "tests/house/check.ts"],
    fix: "fix the places above as each line says",
  },
  {
    name: "unused files, exports and dependencies; undeclared dependencies",
    shown: "knip",
    command: [bun, join(modules, "knip/bin/knip.js"), "--no-config-hints"],
    fix: "delete what is unused; add what is undeclared to the member's package.json",
  },
  {
    name: "types on Deno",
    shown: `deno check ${onDeno.join(" ")}`,
    command: [denoProgram(), "check", "--quiet", ...onDeno],
    fix: "fix the places above",
  },
  {
    name: "contract",
    shown: "rabbit-contract lint --strict",
    command: [bun, rabbitContract, "lint", "--strict"],
    fix: "change asyncapi/asyncapi.yaml as said above; make lint-contract checks it again",
  },
  {
    name: "contract against the last release",
    shown: "rabbit-contract compare",
    command: [bun, rabbitContract, "compare"],
    fix: "change asyncapi/asyncapi.yaml in the safe way named above, or set its info.version to what is asked for",
  },
  {
    name: "generated code",
    shown: "rabbit-contract generate --check",
    command: [bun, rabbitContract, "generate", "--check"],
    fix: "make generate, and commit generated/",
  },
];

let passed = 0;
const failures: Check[] = [];
for (const check of checks) {
  console.log(`\n=== ${check.name} ===\n$ ${check.shown}`);
  const [command = "", ...args] = check.command;
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit" });
  if (result.error) console.error(result.error.message);
  if (result.status === 0) passed += 1;
  else failures.push(check);
}
console.log("");
for (const { shown, fix } of failures) console.log(`${shown} failed. To fix it: ${fix}`);
console.log(`${passed} checks passed, ${failures.length} failed`);
process.exit(failures.length === 0 ? 0 : 1);
