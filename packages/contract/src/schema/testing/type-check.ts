/** For tests: the compiler's verdict on generated code. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Of this package. */
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Fails unless the TypeScript files in and below `folder` type-check under strict on this runtime's compiler. */
export function typeChecks(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  const strict = { strict: true, noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true };
  if (process.versions.bun === undefined) {
    writeFileSync(
      join(folder, "deno.json"),
      JSON.stringify({ nodeModulesDir: "manual", compilerOptions: strict }),
    );
    copyFileSync(join(root, "package.json"), join(folder, "package.json"));
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    run(folder, ["check", "--quiet", ...files]);
  } else {
    const compilerOptions = {
      ...strict,
      target: "ES2024",
      module: "Preserve",
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      allowImportingTsExtensions: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
    };
    writeFileSync(
      join(folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, include: ["**/*.ts"], exclude: [] }),
    );
    const compiler = dirname(fileURLToPath(import.meta.resolve("typescript/package.json")));
    run(folder, [join(compiler, "bin/tsc"), "-p", "."]);
  }
}

function run(folder: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  assert.equal(status, 0, `${args.join(" ")}:\n${stdout}${stderr}`);
}
