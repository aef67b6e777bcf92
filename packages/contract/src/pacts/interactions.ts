/** Reads from pacts of Pact's specification 4 which consumer reads which fields of which message. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject, type JsonObject, type JsonValue, list } from "../source.ts";

export interface Interaction {
  readonly consumer: string;
  readonly provider: string;
  /** Name of the message, e.g. `basket.filled`. */
  readonly message: string;
  /** The provider state in which the message is sent, e.g. "a confirmed order". */
  readonly states: readonly string[];
  /** Undefined if the consumer does not say which one. */
  readonly schemaVersion: number | undefined;
  /** Fields that the consumer reads, e.g. `items[].code`. */
  readonly fields: readonly string[];
  /** The same, key by key; `*` stands for the items of an array. */
  readonly paths: readonly (readonly string[])[];
}

/** Every message interaction of the pacts in `folder`; none if the folder does not exist. */
export function readInteractions(folder: string): Interaction[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => interactionsOf(join(folder, file)));
}

function parse(file: string): JsonObject {
  try {
    const pact: JsonValue = JSON.parse(readFileSync(file, "utf8"));
    if (isObject(pact)) return pact;
  } catch (error) {
    throw new Error(`cannot read the pact ${file}: run the consumer tests that write it`, { cause: error });
  }
  throw new Error(`the pact ${file} is no JSON object: run the consumer tests that write it`);
}

function interactionsOf(file: string): Interaction[] {
  const pact = parse(file);
  const { interactions } = pact;
  // Earlier versions keep messages elsewhere, so they would appear to have none.
  if (!Array.isArray(interactions))
    throw new Error(`${file} has no interactions: it is not a pact of the Pact specification 4`);
  return interactions.filter(isObject).flatMap((interaction) =>
    messagesIn(interaction).map((message) => {
      const paths = distinct(leaves(at(message, "contents", "content"), []));
      const version = at(message, "metadata", "headers.schema-version");
      return {
        consumer: text(at(pact, "consumer", "name")),
        provider: text(at(pact, "provider", "name")),
        // As in the properties of a real one.
        message: text(at(message, "metadata", "type") ?? interaction.description),
        schemaVersion: typeof version === "number" ? version : undefined,
        states: statesOf(interaction),
        fields: paths.map(nameOf),
        paths,
      };
    }),
  );
}

/** The messages that the consumer reads: of a request and its reply the reply, as it only sends the request. */
function messagesIn(interaction: JsonObject): JsonObject[] {
  if (interaction.type === "Asynchronous/Messages") return [interaction];
  if (interaction.type !== "Synchronous/Messages") return [];
  const { response } = interaction;
  return (Array.isArray(response) ? response : [response]).filter(isObject);
}

function statesOf(interaction: JsonObject): string[] {
  return list(interaction.providerStates)
    .map((state) => text(at(state, "name")))
    .filter((name) => name !== "");
}

/** Paths of all values inside `value` that hold no others. */
function leaves(value: JsonValue | undefined, path: readonly string[]): (readonly string[])[] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, [...path, "*"]));
  if (!isObject(value)) return path.length === 0 ? [] : [path];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

function distinct(paths: readonly (readonly string[])[]): (readonly string[])[] {
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

function nameOf(path: readonly string[]): string {
  return path
    .map((step) => (step === "*" ? "[]" : `.${step}`))
    .join("")
    .replace(/^\./, "");
}

function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((here, step) => (isObject(here) ? here[step] : undefined), value);
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
