/**
 * Checks pacts against the contract: each field of an interaction is in the contract, each example is
 * valid there, and each matcher accepts what the contract allows and nothing that it forbids.
 */
import type { Contract, Message } from "@rabbit-contract/contract";
import {
  closedValidator,
  isObject,
  type JsonObject,
  type JsonValue,
  segmentsOf,
} from "@rabbit-contract/contract";
import { listsOf, replaced, schemaAt, stepsOf, valueAt } from "./field-paths.ts";
import { accepts, equality, refusedLength, valuesMatching, valuesOf } from "./matched-values.ts";
import { headerPrefix, headersOf } from "./metadata.ts";
import type { Matcher, MatchingRules, MessageInteraction, Pact } from "./pact-files.ts";
import { fieldsOf } from "./reads.ts";

/** Disagreements, by pact, message and field. */
export function findDisagreements(contract: Contract, pacts: readonly Pact[]): string[] {
  const validate = closedValidator(partially(contract.schemas));
  return pacts.flatMap((pact) =>
    pact.interactions.flatMap((interaction) => {
      if (interaction.type !== "Asynchronous/Messages") return [];
      const where = `${pact.consumer.name}-${pact.provider.name}.json: "${interaction.description}"`;
      const message = contract.messages.find(({ name }) => name === interaction.description);
      if (!message) return [`${where} is no message of the contract`];
      const { metadata, contents, matchingRules } = interaction;
      const compare = (schema: string, content: unknown, rules: ReturnType<typeof rulesBelow>) =>
        inContent(contract, schema, JSON.parse(JSON.stringify(content)), rules, validate);
      const headers = compare(
        message.headers,
        headersOf(metadata),
        rulesBelow(headerPrefix, matchingRules?.metadata),
      );
      return [
        ...inRoute(contract, message, interaction),
        ...headers.map((finding) => `as to its headers ${finding}`),
        ...compare(message.payload, contents.content, rulesBelow("$.", matchingRules?.body)),
      ].map((finding) => `${where} ${finding}`);
    }),
  );
}

type Validate = ReturnType<typeof closedValidator>;

function inRoute(
  contract: Contract,
  message: Message,
  { metadata, contents, generators }: MessageInteraction,
): string[] {
  const findings: string[] = [];
  const { exchange, routingKey, type } = metadata;
  if (type !== message.name) findings.push(`has the type ${show(type)}`);
  const route = contract.routes.find(
    (one) =>
      one.exchange.name === exchange && one.routingKey === routingKey && one.messages.includes(message),
  );
  if (!route) {
    findings.push(
      `goes to exchange ${show(exchange)} with key ${show(routingKey)}: the contract has no such route`,
    );
  }
  for (const contentType of [metadata.contentType, contents.contentType]) {
    if (contentType !== "application/json") findings.push(`has the content type ${show(contentType)}`);
  }
  if (generators !== undefined) findings.push("has generators: what they make is not what was checked");
  return findings;
}

/** @param schema its name; @param rules by field path, written as here */
function inContent(
  contract: Contract,
  schema: string,
  content: JsonValue,
  rules: ReadonlyMap<string, readonly Matcher[]>,
  validate: Validate,
): string[] {
  const problem = validate(schema, content);
  if (problem) {
    const { pointer, message } = problem;
    return [
      `has the example ${show(valueAt(content, segmentsOf(pointer)))} at "${pointer}", which ${message}`,
    ];
  }

  const [fields, lists] = [fieldsOf(content), listsOf(content)];
  const matchersOf = (path: string) => rules.get(path) ?? [equality];
  const schemaOf = (path: string) => schemaAt(contract.schemas, schema, path);
  const idle = [...rules.keys()].filter((path) => !fields.includes(path) && !lists.includes(path));
  return [
    ...idle.map((path) => `has a matcher for ${path}, of which it has no example`),
    ...lists.flatMap((path) => {
      const refused = matchersOf(path).map((matcher) => refusedLength(matcher, schemaOf(path)));
      return refused.flatMap((what) =>
        what === undefined ? [] : [`at ${path} refuses ${what}, which the contract allows`],
      );
    }),
    ...fields.flatMap((path) => {
      const example = valueAt(content, stepsOf(path));
      const allows = (value: JsonValue) => validate(schema, replaced(content, path, value)) === undefined;
      return matchersOf(path).flatMap((matcher) => {
        const refused = valuesOf(schemaOf(path)).find((value) => !accepts(matcher, example, value));
        const forbidden = valuesMatching(matcher, schemaOf(path)).find((value) => !allows(value));
        return [
          ...(refused === undefined
            ? []
            : [`at ${path} refuses ${show(refused)}, which the contract allows`]),
          ...(forbidden === undefined
            ? []
            : [`at ${path} accepts ${show(forbidden)}, which the contract forbids`]),
        ];
      });
    }),
  ];
}

/** Rules by field path as written here: Pact writes `$.lines[*].sku` for `lines[].sku`. */
function rulesBelow(prefix: string, rules: MatchingRules = {}): Map<string, readonly Matcher[]> {
  return new Map(
    Object.entries(rules).flatMap(([path, { matchers }]) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length).replaceAll("[*]", "[]"), matchers] as const] : [],
    ),
  );
}

/** The schemas for part of a value: fields that are present must be valid, others may be missing. */
function partially(schemas: Contract["schemas"]): Record<string, JsonObject> {
  const partial = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(partial);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([keyword, inner]) => !(keyword === "required" && Array.isArray(inner)))
        .map(([keyword, inner]) => [keyword, partial(inner)]),
    );
  };
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => {
      const changed = partial(schema);
      return [name, isObject(changed) ? changed : {}];
    }),
  );
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
