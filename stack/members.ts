/** The members of the workspace, from its package.json files. */
import { globSync, readFileSync } from "node:fs";
import { posix } from "node:path";

export interface Member {
  readonly name: string;
  /** Below the root: `packages/messaging`. */
  readonly folder: string;
  /** By what is imported: `@rabbit-contract/messaging/testing`, and a path below the root. */
  readonly exports: ReadonlyMap<string, string>;
  /** The packages that its package.json names. */
  readonly dependencies: ReadonlySet<string>;
  readonly devDependencies: ReadonlySet<string>;
  /** The file below the root that one of its own `#` imports leads to. */
  readonly imports: ReadonlyMap<string, string>;
}

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, Target>>;
  readonly imports?: Readonly<Record<string, Target>>;
}

/** A path, or one for each condition. */
type Target = string | { readonly default: string };
const pathOf = (target: Target) => (typeof target === "string" ? target : target.default);

export function readMembers(root: string): Member[] {
  const read = (path: string) => JSON.parse(readFileSync(posix.join(root, path), "utf8"));
  const { workspaces } = read("package.json");
  const patterns: readonly string[] = workspaces.packages ?? workspaces;
  return patterns
    .flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }).sort())
    .map((path): Member => {
      const folder = posix.dirname(path);
      const {
        name,
        exports = {},
        imports = {},
        dependencies = {},
        devDependencies = {},
      }: Manifest = read(path);
      const files = (targets: Readonly<Record<string, Target>>, nameOf: (entry: string) => string) =>
        new Map(
          Object.entries(targets).map(([entry, target]) => [
            nameOf(entry),
            posix.join(folder, pathOf(target)),
          ]),
        );
      return {
        name,
        folder,
        exports: files(exports, (entry) => posix.join(name, entry)),
        imports: files(imports, (entry) => entry),
        dependencies: new Set(Object.keys(dependencies)),
        devDependencies: new Set(Object.keys(devDependencies)),
      };
    });
}
