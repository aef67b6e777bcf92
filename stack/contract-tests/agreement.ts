/**
 * Do the pacts say what the contract says? Each field of an interaction stands in the contract, each example is
 * valid there, and each matcher accepts what the contract allows and nothing that it forbids.
 */
import fc from "fast-check";
import type { Contract, Message } from "../../asyncapi/contract.ts";
import { closedValidator } from "../../asyncapi/schema/closed-validator.ts";
import { isObject, type JsonObject, type JsonValue, segmentsOf } from "../../asyncapi/source.ts";
import { headersOf } from "./metadata.ts";
import type { MessageInteraction, Pact } from "./pact-files.ts";
import { fieldsOf } from "./reads.ts";

/** Values tried for each matcher. The same in each run. */
const sampling = { numRuns: 50, seed: 1 };

/** What disagrees, by pact, message and field; empty when nothing does. */
export function findDisagreements(contract: Contract, pacts: readonly Pact[]): string[] {
  const validate = closedValidator(partially(contract.schemas));
  return pacts.flatMap((pact) =>
    pact.interactions.flatMap((interaction) => {
      if (interaction.type !== "Asynchronous/Messages") return [];
      const where = `${pact.consumer.name}-${pact.provider.name}.json: "${interaction.description}"`;
      const message = contract.messages.find(({ name }) => name === interaction.description);
      if (!message) return [`${where} is no message of the contract`];
      return [
        ...inMetadata(contract, message, interaction, validate),
        ...inPayload(contract, message, interaction, validate),
      ].map((finding) => `${where} ${finding}`);
    }),
  );
}

type Validate = ReturnType<typeof closedValidator>;

function inMetadata(
  contract: Contract,
  message: Message,
  { metadata, contents, generators }: MessageInteraction,
  validate: Validate,
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
  const headers = headersOf(metadata);
  const problem = validate(message.headers, JSON.parse(JSON.stringify(headers)));
  if (problem) findings.push(`has headers that at "${problem.pointer}" ${problem.message}`);
  if (generators !== undefined) findings.push("has generators: what they make is not what was checked");
  return findings;
}

function inPayload(
  contract: Contract,
  message: Message,
  interaction: MessageInteraction,
  validate: Validate,
): string[] {
  const content: JsonValue = JSON.parse(JSON.stringify(interaction.contents.content));
  const problem = validate(message.payload, content);
  if (problem) {
    const { pointer, message: what } = problem;
    return [`has the example ${show(valueAt(content, segmentsOf(pointer)))} at "${pointer}", which ${what}`];
  }

  const rules = interaction.matchingRules?.body ?? {};
  return fieldsOf(content).flatMap((field) => {
    const schema = schemaAt(contract.schemas, message.payload, field);
    const matchers = rules[`$.${field.replaceAll("[]", "[*]")}`]?.matchers ?? [{ match: "equality" }];
    const allows = (value: JsonValue) =>
      validate(message.payload, replaced(content, field, value)) === undefined;
    return matchers.flatMap((matcher) => {
      const refused = valuesOf(schema).find(
        (value) => !accepts(matcher, valueAt(content, stepsOf(field)), value),
      );
      const forbidden = valuesMatching(matcher, schema).find((value) => !allows(value));
      return [
        ...(refused === undefined ? [] : [`at ${field} refuses ${show(refused)}, which the contract allows`]),
        ...(forbidden === undefined
          ? []
          : [`at ${field} accepts ${show(forbidden)}, which the contract forbids`]),
      ];
    });
  });
}

interface Matcher {
  readonly match: string;
  readonly regex?: string;
}

function accepts({ match, regex = "" }: Matcher, example: JsonValue | undefined, value: JsonValue): boolean {
  switch (match) {
    case "regex":
      return typeof value === "string" && new RegExp(regex).test(value);
    case "type":
      return typeof value === typeof example;
    case "integer":
      return Number.isInteger(value);
    case "number":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    default:
      return value === example;
  }
}

/** Some of what a schema allows; of what has many values, those that a matcher may stumble over. */
function valuesOf(schema: JsonObject): JsonValue[] {
  if (schema.const !== undefined) return [schema.const];
  if (Array.isArray(schema.enum)) return schema.enum;
  const { type, format, pattern } = schema;
  if (typeof pattern === "string") return fc.sample(fc.stringMatching(new RegExp(pattern)), sampling);
  if (format === "uuid") return fc.sample(fc.uuid(), sampling).flatMap((id) => [id, id.toUpperCase()]);
  if (format === "date-time") return ["2026-02-28T23:59:59Z", "2026-02-28T23:59:59.123456+01:00"];
  if (type === "string") return ["a", "é 💡"];
  if (type === "integer" || type === "number") return [schema.minimum ?? 0, schema.maximum ?? 1_000_000];
  return type === "boolean" ? [true, false] : [];
}

/** Some of what a matcher lets through, where it says which values and not merely which type. */
function valuesMatching({ match, regex }: Matcher, { format }: JsonObject): JsonValue[] {
  // No pattern knows how many days a month has.
  if (match !== "regex" || regex === undefined || format === "date-time") return [];
  return fc.sample(fc.stringMatching(new RegExp(regex)), sampling);
}

/** The schemas as they are for a part of a value: what is there has to be right, and what is missing may be. */
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

/** The schema of a field such as `lines[].sku`; an empty one where there is none. */
function schemaAt(schemas: Contract["schemas"], name: string, field: string): JsonObject {
  const resolved = (value: JsonValue | undefined): JsonObject => {
    if (!isObject(value)) return {};
    if (typeof value.$ref !== "string") return value;
    return resolved(schemas[value.$ref.split("/").at(-1) ?? ""]);
  };
  let schema = resolved(schemas[name]);
  for (const step of stepsOf(field)) {
    const { properties, items } = schema;
    schema = resolved(step === "[]" ? items : isObject(properties) ? properties[step] : undefined);
  }
  return schema;
}

/** @param steps of a list, `[]` is its first item */
function valueAt(value: JsonValue, steps: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const step of steps) {
    if (Array.isArray(found)) found = found[step === "[]" ? 0 : Number(step)];
    else found = isObject(found) ? found[step] : undefined;
  }
  return found;
}

function replaced(whole: JsonValue, field: string, value: JsonValue): JsonValue {
  const [step, ...rest] = stepsOf(field);
  if (step === undefined) return value;
  const below = rest.join(".").replaceAll(".[]", "[]");
  if (Array.isArray(whole)) return whole.map((item) => replaced(item, below, value));
  if (!isObject(whole)) return whole;
  return { ...whole, [step]: replaced(whole[step] ?? null, below, value) };
}

/** `lines[].sku` has the steps `lines`, `[]` and `sku`. */
function stepsOf(field: string): string[] {
  return field.split(/\.|(?=\[\])/).filter((step) => step !== "");
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
