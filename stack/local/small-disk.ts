/** A disk that can be filled safely: a file system in memory that only one server's processes see. */
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Account, asAccount } from "./postgres-cluster.ts";
import { isRoot } from "./programs.ts";

const script = `
set -e
mkdir -p "$1"
mount -t tmpfs -o "size=$2m,mode=700" tmpfs "$1"
[ -z "$3" ] || chown "$3" "$1"
shift 3
exec "$@"`;

/** The command, run with an empty file system of this many megabytes at `disk`. It is gone when the command ends. */
export function withDisk(
  disk: string,
  megabytes: number,
  account: Account | undefined,
  command: string[],
): string[] {
  const arguments_ = ["sh", "-c", script, "sh", disk, String(megabytes)];
  if (isRoot)
    return [
      ...["unshare", "--mount", ...arguments_, account ? `${account.uid}:${account.gid}` : ""],
      ...asAccount(account, command),
    ];
  // Root only for the mount; the server refuses to run as root.
  const self = [`--map-user=${process.getuid?.()}`, `--map-group=${process.getgid?.()}`];
  return [
    ...["unshare", "--mount", "--map-root-user", ...arguments_, ""],
    ...["unshare", "--user", ...self, "--", ...command],
  ];
}

/** The file that takes up the space, as seen from outside the server's process. */
const filler = (pid: number, disk: string) => join(`/proc/${pid}/root`, disk, "filler");

/** Fills the disk of this process. */
export function fillDisk(pid: number, disk: string): void {
  const file = openSync(filler(pid, disk), "w");
  try {
    for (const size of [1024 * 1024, 4096]) {
      const block = new Uint8Array(size);
      while (fits(file, block));
    }
  } finally {
    closeSync(file);
  }
}

export function freeDisk(pid: number, disk: string): void {
  rmSync(filler(pid, disk), { force: true });
}

function fits(file: number, block: Uint8Array): boolean {
  try {
    return writeSync(file, block) === block.length;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
