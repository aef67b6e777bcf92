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

function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}

/**
 * Installs Debian packages if that is possible without a password. Servers in them are not started. @param progress is
 * called before anything is installed
 * @returns whether it was possible
 */
export function installDebianPackages(
  packages: readonly string[],
  progress: (line: string) => void,
): boolean {
  const shell = rootShell();
  if (shell === undefined || findProgram("apt-get") === undefined || !isDebian()) return false;
  const how = isRoot ? "apt-get" : "sudo apt-get";
  progress(`${packages.join(" ")} is not installed: installing it with ${how}, which takes a minute or two`);
  const [command = "", ...args] = [...shell, "-c", installScript, "sh", ...packages];
  const { status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
  if (status !== 0)
    throw new Error(`apt-get could not install ${packages.join(" ")}: see its messages above`);
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
