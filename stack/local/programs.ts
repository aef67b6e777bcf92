import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../paths.ts";

export const isRoot = process.getuid?.() === 0;

/** The full path of a program on the PATH, or in the directories given beside it (patterns; the last match wins). */
export function findProgram(name: string, ...places: string[]): string | undefined {
  for (const place of places) {
    const found = globSync(join(place, name)).sort(byNumbers).at(-1);
    if (found !== undefined) return found;
  }
  const directories = (process.env.PATH ?? "").split(delimiter).filter((directory) => directory !== "");
  return directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
}

/** The Deno of the project's dependencies. */
export function denoProgram(): string {
  const program = findProgram("deno", join(root, "node_modules/.bun/@deno+*/node_modules/@deno/*"));
  if (program) return program;
  throw new Error("cannot find Deno in node_modules: run bun install");
}

/** Runs a program to its end. @returns what it printed @throws Error with that when it fails */
export function outputOf(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: "utf8" });
  if (error) throw new Error(`cannot run ${program}: ${error.message}`, { cause: error });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  return stdout;
}

function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/**
 * What `find` finds, if need be in a Debian package that is installed first.
 * @param progress is called before anything is installed
 * @param otherwise what else the user can do, when it is missing and cannot be installed without a password
 */
export function findOrInstall<Found>(
  find: () => Found | undefined,
  name: string,
  progress: (line: string) => void,
  otherwise = "",
): Found {
  const found = find() ?? (installed(name, progress) ? find() : undefined);
  if (found !== undefined) return found;
  throw new Error(
    `${name} is missing and cannot be installed from here: install the package ${name} ${otherwise}`.trim(),
  );
}

/** Whether `findOrInstall` can install anything here. */
export function canInstall(): boolean {
  return rootShell() !== undefined && findProgram("apt-get") !== undefined && isDebian();
}

/** Installs a Debian package, without starting a server in it. @returns whether that is possible without a password */
function installed(name: string, progress: (line: string) => void): boolean {
  const shell = rootShell();
  if (shell === undefined || !canInstall()) return false;
  const how = isRoot ? "apt-get" : "sudo apt-get";
  progress(`${name} is not installed: installing it with ${how}, which takes a minute or two`);
  const [command = "", ...args] = [...shell, "-c", installScript, "sh", name];
  const { status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error(`apt-get could not install ${name}: see its messages above`);
  return true;
}

// policy-rc.d is Debian's way to install without starting a server. The package lists may be missing or old, as they
// are in a fresh container: then the first attempt fails.
const installScript = `
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\\nexit 101\\n' > "$policy" && chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
install() { apt-get -o DPkg::Lock::Timeout=300 -qq install -y --no-install-recommends "$@"; }
install "$@" || { apt-get -o DPkg::Lock::Timeout=300 -qq update && install "$@"; }
`;

/** The command for a root shell, `undefined` if that needs a password. */
function rootShell(): string[] | undefined {
  if (isRoot) return ["sh"];
  return spawnSync("sudo", ["-n", "true"]).status === 0 ? ["sudo", "-n", "sh"] : undefined;
}

function isDebian(): boolean {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return false;
  }
}
