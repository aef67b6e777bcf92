import type { Workspace } from "./workspace.ts";

/** The modules through which tests use a broker, a database, a service, a browser or another process. */
const beginnings = new Set(["serverUrl", "spawn", "spawnSync", "execFile", "execFileSync", "chromium"]);
/**
 * Tests that wait for time limits of the runtime or of a library, which cannot be set shorter, or that load all of
 * @asyncapi/generator.
 */
const slow = /\/(?:slow-clients|tracing|template)\.test\.ts$/;

/**
 * The quick tests that need nothing beside their own process: neither they nor what they import take one of
 * `beginnings`. For a file that only re-exports, as a package's entry does, only the imported names count.
 */
export function unitTests({ files }: Workspace): string[] {
  return [...files.keys()].filter(
    (path) => path.endsWith(".test.ts") && !slow.test(path) && !reaches(path, new Set()),
  );

  function reaches(path: string, visited: Set<string>): boolean {
    if (visited.has(path)) return false;
    visited.add(path);
    const imports = files.get(path)?.imports ?? [];
    return imports.some(({ names, file }) => names.some((name) => takes(file, name, visited)));
  }

  function takes(path: string | undefined, name: string, visited: Set<string>): boolean {
    if (beginnings.has(name)) return true;
    if (path === undefined) return false;
    const passedOn = (files.get(path)?.imports ?? []).flatMap(({ file, passedOn: originals }) => {
      const original = originals.get(name) ?? (originals.has("*") ? name : undefined);
      return original === undefined ? [] : [{ file, name: original }];
    });
    if (passedOn.length === 0) return reaches(path, visited);
    return passedOn.some((one) => takes(one.file, one.name, visited));
  }
}
