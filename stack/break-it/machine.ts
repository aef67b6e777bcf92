/**
 * The secret of this machine, which is in the link to the console, and where the console finds the break-it program.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readState, writeState } from "../local/state-file.ts";
import { stackDirectory } from "../paths.ts";

const file = join(stackDirectory, "machine.json");

interface Machine {
  readonly secret: string;
}

/** The secret of an earlier `make up`, else a new one. */
export function machineSecret(): string {
  const earlier = readState<Machine>(file);
  if (earlier) return earlier.secret;
  const machine = { secret: randomBytes(24).toString("base64url") };
  writeState(file, machine);
  return machine.secret;
}

export function removeMachineSecret(): void {
  rmSync(file, { force: true });
}

/** Takes the same time for every wrong secret. */
export function isSecret(given: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(machineSecret()));
}

/** The address of the console that signs in. */
export function consoleLink(port: number): string {
  return `http://127.0.0.1:${port}/#machine=${machineSecret()}`;
}

/** Bytes that the path of a Unix socket may have on every system. */
const longestPath = 100;

/**
 * The folder of the socket alone, so that a container can have it mounted. A long path is replaced by one in the folder
 * for temporary files.
 */
export function socketDirectory(): string {
  const own = join(stackDirectory, "break-it");
  if (socketIn(own).length <= longestPath) return own;
  const name = createHash("sha256").update(stackDirectory).digest("hex").slice(0, 12);
  return join(tmpdir(), `orders-${name}`);
}

export function socketIn(directory: string): string {
  return join(directory, "socket");
}
