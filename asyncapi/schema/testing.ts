/** For tests: brings compiled schemas to life. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TSchema } from "@sinclair/typebox";
import type { Check } from "../../services/messaging/message.ts";
import type { JsonObject } from "../source.ts";
import { compileSchemas } from "./index.ts";

export interface Loaded {
  check(name: string): Check;
  typeBox(name: string): TSchema;
}

/** The module that the schemas compile to, as it would stand in a folder beside `services/`. */
export function moduleSource(schemas: Readonly<Record<string, JsonObject>>): string {
  const validationModule = "../../services/messaging/validation.ts";
  const { imports, schemas: compiled } = compileSchemas({ schemas, validationModule });
  return `${[imports, ...compiled.map(({ source }) => source)].join("\n\n")}\n`;
}

/** Compiles, writes and imports `schemas`. */
export async function load(schemas: Readonly<Record<string, JsonObject>>): Promise<Loaded> {
  return await withFolder(async (folder) => {
    const file = join(folder, "messages.ts");
    writeFileSync(file, moduleSource(schemas));
    const exported: Record<string, unknown> = await import(file);
    return {
      check: (name) => exported[`check${name}`] as Check,
      typeBox: (name) => exported[name] as TSchema,
    };
  });
}

/** A folder inside the repository, where imports and node_modules resolve, removed afterwards. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const parent = fileURLToPath(new URL("../../.local/", import.meta.url));
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "tmp-schema-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
