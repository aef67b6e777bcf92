/** Dependencies that are compiled into a package instead of being installed with it. */
import { cpSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { outputOf } from "./local/programs.ts";
import { root } from "./paths.ts";

/**
 * By folder in `packages/`, each with the dependencies of its own that the package has as well. @asyncapi/converter loads
 * nothing else, but declares @asyncapi/parser: 160 packages, among them @scarf/scarf, whose postinstall script reports
 * each installation with npm to scarf.sh: platform, Node.js version, and hashes of the names of the project and its
 * dependencies.
 */
const bundled: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  contract: { "@asyncapi/converter": ["js-yaml"] },
};

export const bundledInto = (name: string): string[] => Object.keys(bundled[name] ?? {});

/** Writes each to `dist/bundled/`, with its licence, and makes the compiled files require it there. */
export function bundleInto(name: string, dist: string): void {
  const member = join(root, "packages", name);
  const { resolve } = createRequire(join(member, "package.json"));
  for (const [dependency, external] of Object.entries(bundled[name] ?? {})) {
    const file = join(dist, "bundled", `${dependency.replace("@", "").replace("/", "-")}.cjs`);
    mkdirSync(dirname(file), { recursive: true });
    const build = ["build", resolve(dependency), "--target=node", "--format=cjs", `--outfile=${file}`];
    outputOf(process.execPath, [...build, ...external.map((one) => `--external=${one}`)], member);
    const licence = join(dirname(resolve(`${dependency}/package.json`)), "LICENSE");
    cpSync(licence, file.replace(/\.cjs$/, ".LICENSE"));
    const importing = globSync("**/*.js", { cwd: dist })
      .map((path) => join(dist, path))
      .filter((path) => readFileSync(path, "utf8").includes(`require("${dependency}")`));
    if (importing.length === 0) throw new Error(`cannot pack: nothing in ${name} requires ${dependency}`);
    for (const path of importing) {
      const way = relative(dirname(path), file).replace(/^(?!\.)/, "./");
      writeFileSync(
        path,
        readFileSync(path, "utf8").replaceAll(`require("${dependency}")`, `require("${way}")`),
      );
    }
  }
}
