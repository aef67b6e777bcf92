/** What the sources of the workspace's members import. The rules about them are in tests/house/. */
import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { parseSync } from "oxc-parser";
import { type Member, readMembers } from "../members.ts";

export interface Import {
  readonly specifier: string;
  readonly line: number;
  /** The imported names, as the imported module calls them; `*` for all. */
  readonly names: readonly string[];
  /** What the file re-exports, and under which names. */
  readonly passedOn: ReadonlyMap<string, string>;
  /** The file below the root, where the import leads to one. */
  readonly file?: string;
  /** The package, where it leads to one of npm or to another member. */
  readonly package?: string;
}

export interface SourceFile {
  /** Below the root. */
  readonly path: string;
  readonly member: Member;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Workspace {
  readonly root: string;
  readonly members: readonly Member[];
  readonly files: ReadonlyMap<string, SourceFile>;
}

/** Folders that hold no source of ours. */
const foreign =
  /(?:^|\/)(?:node_modules|\.local|__transpiled|catalogue\/assets|console\/dist|bench\/peers\/nestjs)(?:\/|$)/;
const builtins = new Set(builtinModules);

export function readWorkspace(root: string): Workspace {
  const read = (path: string) => readFileSync(posix.join(root, path), "utf8");
  const members = readMembers(root);
  const exported = new Map(members.flatMap((member) => [...member.exports]));

  const files = members.flatMap((member) =>
    globSync("**/*.{ts,tsx,js}", {
      cwd: posix.join(root, member.folder),
      exclude: (name) => foreign.test(String(name)),
    })
      .map((path) => posix.join(member.folder, path))
      .filter((path) => !foreign.test(path) && memberOf(path, members) === member)
      .sort()
      .map((path): SourceFile => {
        const text = read(path);
        const imports = importsOf(path, text).map((one) => ({ ...one, ...leadsTo(one.specifier) }));
        return { path, member, text, imports };

        function leadsTo(specifier: string): Pick<Import, "file" | "package"> {
          if (specifier.startsWith(".")) return { file: posix.join(posix.dirname(path), specifier) };
          const own = member.imports.get(specifier);
          if (own !== undefined) return { file: own };
          const [first = "", second = ""] = specifier.split("/");
          if (specifier.includes(":") || builtins.has(first)) return {};
          const file = exported.get(specifier);
          return { package: first.startsWith("@") ? `${first}/${second}` : first, ...(file && { file }) };
        }
      }),
  );
  return { root, members, files: new Map(files.map((file) => [file.path, file])) };
}

/** The member in whose folder a file is; folders of members can be inside of each other. */
function memberOf(path: string, members: readonly Member[]): Member | undefined {
  return members
    .filter(({ folder }) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

function importsOf(path: string, text: string): Omit<Import, "file" | "package">[] {
  const { module, errors } = parseSync(path.replace(/\.js$/, ".jsx"), text);
  const [error] = errors;
  if (error) throw new Error(`cannot parse ${path}: ${error.message}`);
  const lineOf = (position: number) => text.slice(0, position).split("\n").length;
  const imported = module.staticImports.map(({ start, moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    line: lineOf(start),
    // An import without names runs the whole file.
    names:
      entries.length === 0
        ? ["*"]
        : entries.map(({ importName: { kind, name } }) => (kind === "Default" ? "default" : (name ?? "*"))),
    passedOn: new Map<string, string>(),
  }));
  const passedOn = module.staticExports.flatMap(({ start, entries }) =>
    entries.flatMap(({ moduleRequest, importName, exportName }) =>
      moduleRequest
        ? {
            specifier: moduleRequest.value,
            line: lineOf(start),
            names: [],
            passedOn: new Map([[exportName.name ?? "*", importName.name ?? "*"]]),
          }
        : [],
    ),
  );
  const dynamic = module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
    const [, specifier] = /^["'`]([^"'`$]+)["'`]$/.exec(text.slice(start, end)) ?? [];
    if (specifier === undefined) return [];
    return { specifier, line: lineOf(start), names: ["*"], passedOn: new Map<string, string>() };
  });
  return [...imported, ...passedOn, ...dynamic];
}
