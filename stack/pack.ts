/** Packs the packages for other teams: compiled JavaScript with types, for Node.js, Bun and Deno. */
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, extname, join } from "node:path";
import { bundledInto, bundleInto } from "./bundled.ts";
import { outputOf } from "./local/programs.ts";
import { root } from "./paths.ts";

/** By their folder in `packages/`: each depends only on those before it. */
export const packedPackages = ["messaging", "postgres", "contract", "asyncapi-template"] as const;

const bun = process.execPath;

type Targets = string | { readonly [condition: string]: Targets };

/** The part of a package.json that packing reads or changes. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, Targets>>;
  readonly exports?: Readonly<Record<string, Targets>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Files that should be packed are missing: seen on busy machines, but never again in the next attempt. */
class IncompleteError extends Error {}

/** @returns the tarballs, by the name of the package @throws Error with what a compiler or packer said */
export function packPackages(folder: string, attempts = 3): Readonly<Record<string, string>> {
  try {
    return packOnce(folder);
  } catch (error) {
    if (!(error instanceof IncompleteError) || attempts === 1) throw error;
    console.error(`${error.message}; packing again`);
    return packPackages(folder, attempts - 1);
  }
}

function packOnce(folder: string): Readonly<Record<string, string>> {
  const staging = join(folder, "staging");
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  compile(staging);
  const tarballs = packedPackages.map((name) => {
    const manifest = manifestOf(name);
    layOut(name, manifest, join(staging, name));
    bundleInto(name, join(staging, name, "dist"));
    checkImports(join(staging, name, "dist"));
    outputOf(bun, ["pm", "pack", "--quiet", "--destination", folder], join(staging, name));
    const file = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`;
    const [packed, wanted] = [entriesOf(join(folder, file)), filesIn(join(staging, name))];
    if (packed !== wanted) throw new IncompleteError(`${file} has ${packed} of ${wanted} files`);
    return [manifest.name, join(folder, file)] as const;
  });
  rmSync(staging, { recursive: true });
  return Object.fromEntries(tarballs);
}

/** Everything that an entry of a package reaches, in one run of the compiler: `<staging>/<package>/src/…`. */
function compile(staging: string): void {
  const entries = packedPackages.flatMap((name) => {
    const { bin, imports, exports } = manifestOf(name);
    const targets = [bin, imports, exports].flatMap((one) => (one ? filesOf(one) : []));
    return targets.filter((file) => /\.m?ts$/.test(file)).map((file) => join(root, "packages", name, file));
  });
  const config = join(staging, "tsconfig.json");
  writeFileSync(
    config,
    JSON.stringify({
      extends: join(root, "tsconfig.json"),
      compilerOptions: {
        noEmit: false,
        declaration: true,
        rewriteRelativeImportExtensions: true,
        rootDir: join(root, "packages"),
        outDir: staging,
        allowJs: false,
        // Without Bun's types: the packages do not need it.
        types: ["node"],
        typeRoots: [join(root, "node_modules/@types")],
      },
      include: [],
      files: entries,
    }),
  );
  outputOf(bun, [join(root, "node_modules/typescript/bin/tsc"), "-p", config], root);
}

function layOut(name: string, manifest: Manifest, folder: string): void {
  const source = join(root, "packages", name);
  renameSync(join(folder, "src"), join(folder, "dist"));
  for (const file of globSync("**/*.d.ts", { cwd: join(folder, "dist") }).map((file) =>
    join(folder, "dist", file),
  )) {
    // The compiler leaves the extensions in declarations, which only TypeScript itself can follow.
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll(/((?:from|import\(|import) ?"\.{1,2}\/[^"]*)\.ts"/g, '$1.js"'));
  }
  for (const file of globSync("**/*.*", { cwd: join(source, "src") })) {
    if (extname(file) !== ".ts") cpSync(join(source, "src", file), join(folder, "dist", file));
  }
  for (const file of Object.values(manifest.bin ?? {})) {
    const program = join(folder, compiled(file, ".js"));
    writeFileSync(program, readFileSync(program, "utf8").replace(/^#!.*/, "#!/usr/bin/env node"));
    chmodSync(program, 0o755);
  }
  if (existsSync(join(source, "template")))
    cpSync(join(source, "template"), join(folder, "template"), { recursive: true });
  cpSync(join(source, "README.md"), join(folder, "README.md"));
  cpSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(packedManifest(name, manifest), null, 2)}\n`);
}

/** @throws Error if a file imports one that was not compiled: on a busy machine a package once lacked a third of them */
function checkImports(folder: string): void {
  for (const file of globSync("**/*.js", { cwd: folder }).map((name) => join(folder, name))) {
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/(?:from|import\() ?"(\.[^"]*\.js)"/g)) {
      if (!existsSync(join(dirname(file), path)))
        throw new IncompleteError(`cannot pack: ${file} imports ${path}, which is missing`);
    }
  }
}

/**
 * The package.json for npm: compiled files, versions instead of `workspace:` and `catalog:`, no script that refuses to
 * pack.
 */
function packedManifest(
  name: string,
  { devDependencies: _, scripts: _refusal, ...manifest }: Manifest,
): object {
  const installed = Object.entries(manifest.dependencies ?? {}).filter(
    ([dependency]) => !bundledInto(name).includes(dependency),
  );
  return {
    ...manifest,
    ...(manifest.bin && { bin: mapped(manifest.bin, (file) => compiled(file, ".js")) }),
    ...(manifest.imports && {
      imports: mapped(manifest.imports, (target) => withFiles(target, (file) => compiled(file, ".js"))),
    }),
    ...(manifest.exports && { exports: mapped(manifest.exports, packedExport) }),
    files: (manifest.files as readonly string[])
      .filter((file) => !file.startsWith("!"))
      .map((file) => (file === "src" ? "dist" : file)),
    dependencies: Object.fromEntries(
      installed.map(([dependency, wanted]) => [dependency, versionOf(dependency, wanted)]),
    ),
  };
}

function packedExport(target: Targets): Targets {
  const [file = ""] = filesOf(target);
  if (!file.endsWith(".ts")) return withFiles(target, (one) => compiled(one, extname(one)));
  return { types: compiled(file, ".d.ts"), default: compiled(file, ".js") };
}

function filesIn(folder: string): number {
  return globSync("**/*", { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile()).length;
}

function entriesOf(tarball: string): number {
  return outputOf("tar", ["-tzf", tarball], root).trim().split("\n").length;
}

function versionOf(name: string, wanted: string): string {
  if (wanted === "catalog:") return rootManifest().workspaces.catalog[name] ?? wanted;
  if (wanted !== "workspace:*") return wanted;
  const folder = packedPackages.find((one) => manifestOf(one).name === name);
  if (folder === undefined)
    throw new Error(`cannot pack a package that depends on ${name}: it is not packed itself`);
  return manifestOf(folder).version;
}

/** `./src/cli.ts` → `./dist/cli.js`, and `./src/files.mts` → `./dist/files.mjs` */
function compiled(file: string, extension: string): string {
  return file
    .replace("./src/", "./dist/")
    .replace(/\.(m?)ts$/, (_, module: string) => extension.replace(/(?=[jt]s$)/, module));
}

function filesOf(targets: Targets): string[] {
  return typeof targets === "string" ? [targets] : [...new Set(Object.values(targets).flatMap(filesOf))];
}

function withFiles(targets: Targets, change: (file: string) => string): Targets {
  return typeof targets === "string" ? change(targets) : mapped(targets, (inner) => withFiles(inner, change));
}

function mapped<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function manifestOf(name: string): Manifest {
  return JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
}

function rootManifest(): { readonly workspaces: { readonly catalog: Readonly<Record<string, string>> } } {
  return JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
}
