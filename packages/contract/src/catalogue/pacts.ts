/** Reads from pacts which consumer needs which fields of which message. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Contract } from "../contract.ts";
import { isObject, type JsonObject, type JsonValue } from "../source.ts";

export interface Interaction {
  readonly consumer: string;
  readonly provider: string;
  /** Name of the message, e.g. `basket.filled`. */
  readonly message: string;
  /** The provider state in which the message is sent, e.g. "a confirmed order". */
  readonly states: readonly string[];
  /** Paths that the consumer reads, e.g. `items[].code`. */
  readonly fields: readonly string[];
}

/** Every message interaction of the pacts in `folder`; none if the folder does not exist. */
export function readInteractions(contract: Contract, folder: string): Interaction[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .sort()
    .flatMap((file) => interactionsOf(contract, parse(join(folder, file))));
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

export function interactionsOf(contract: Contract, pact: JsonObject): Interaction[] {
  const interactions = Array.isArray(pact.interactions) ? pact.interactions : [];
  return interactions.filter(isObject).flatMap((interaction) => {
    const message = messageOf(contract, interaction);
    if (interaction.type !== "Asynchronous/Messages" || message === undefined) return [];
    const contents = at(interaction, "contents", "content");
    return {
      consumer: text(at(pact, "consumer", "name")),
      provider: text(at(pact, "provider", "name")),
      message,
      states: statesOf(interaction),
      fields: [...new Set(leaves(contents, ""))],
    };
  });
}

/** The message of an interaction, from its metadata, as from the properties of a real one. */
function messageOf(contract: Contract, interaction: JsonObject): string | undefined {
  const name = at(interaction, "metadata", "type") ?? interaction.description;
  return contract.messages.find((message) => message.name === name)?.name;
}

function statesOf(interaction: JsonObject): string[] {
  const states = Array.isArray(interaction.providerStates) ? interaction.providerStates : [];
  return states.map((state) => text(at(state, "name"))).filter((name) => name !== "");
}

/** Paths of all scalar values inside `value`. */
function leaves(value: JsonValue | undefined, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(item, `${path}[]`));
  if (!isObject(value)) return path === "" ? [] : [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    leaves(inner, path === "" ? name : `${path}.${name}`),
  );
}

function at(value: JsonValue | undefined, ...path: readonly string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((here, step) => (isObject(here) ? here[step] : undefined), value);
}

function text(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}
