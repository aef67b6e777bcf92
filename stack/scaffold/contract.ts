/** Additions to asyncapi.yaml. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { buildContract, type Contract, nextVersion, Source } from "@rabbit-contract/contract";
import { root } from "../paths.ts";
import { addEntries, camelCase, edit, pascalCase } from "./edit.ts";

export const contractFile = "asyncapi/asyncapi.yaml";

export function readContract(): Contract {
  return buildContract(Source.read(join(root, contractFile)));
}

/** A released version is frozen: the next minor version takes the addition. */
export function raiseReleasedVersion({ version }: Contract): void {
  if (!existsSync(join(root, `asyncapi/releases/${version}.yaml`))) return;
  edit(contractFile, (text) =>
    text.replace(`version: ${version}`, `version: ${nextVersion(version, "minor")}`),
  );
}

export interface NewQueue {
  readonly service: string;
  readonly queue: string;
  readonly description: string;
  /** Of its message. */
  readonly name: string;
}

/** Adds the queue with its dead letters and retry tiers, and the operation that receives from it. */
export function addQueue({ queue, name, ...values }: NewQueue): void {
  const names = { key: camelCase(name), channel: camelCase(queue), Channel: pascalCase(queue) };
  addEntries("queue", { ...values, ...names, queue, name });
}
