/**
 * Checks pacts against the contract: each field of an interaction is in the contract, each example is
 * valid there, and each matcher accepts what the contract allows and nothing that it forbids.
 */
import type { Contract, Message } from "@rabbit-contract/contract";
import { compiledChecks, type JsonValue } from "@rabbit-contract/contract";
import { completed, listsOf, replaced, schemaAt, stepsOf, valueAt } from "./field-paths.ts";
import { accepts, equality, refusedLength, valuesMatching, valuesOf } from "./matched-values.ts";
import { headerPrefix, headersOf } from "./metadata.ts";
import type { Matcher, MatchingRules, MessageInteraction, Pact } from "./pact-files.ts";
import { fieldsOf } from "./reads.ts";

/** Disagreements, by pact, message and field. */
export function findDisagreements(contract: Contract, pacts: readonly Pact[]): string[] {
  const check = compiledChecks(contract.schemas);
  return pacts.flatMap((pact) =>
    pact.interactions.flatMap((interaction) => {
      if (interaction.type !== "Asynchronous/Messages") return [];
      const where = `${pact.consumer.name}-${pact.provider.name}.json: "${interaction.description}"`;
      const message = contract.messages.find(({ name }) => name === interaction.description);
      if (!message) return [`${where} is no message of the contract`];
      const { metadata, contents, matchingRules } = interaction;
      const compare = (part: "headers" | "payload", content: unknown, rules: Rules) => {
        // A pact names the fields that its consumer reads: an example of the contract has the others.
        const example = message.examples[0]?.[part];
        const validate: Validate = (value) => check(message[part], completed(example, value), true);
        return inContent(contract, message[part], JSON.parse(JSON.stringify(content)), rules, validate);
      };
      const headers = compare(
        "headers",
        headersOf(metadata),
        rulesBelow(headerPrefix, matchingRules?.metadata),
      );
      return [
        ...inRoute(contract, message, interaction),
        ...headers.map((finding) => `as to its headers ${finding}`),
        ...compare("payload", contents.content, rulesBelow("$.", matchingRules?.body)),
      ].map((finding) => `${where} ${finding}`);
    }),
  );
}

/** The first problem of a part of a message. */
type Validate = (part: JsonValue) => ReturnType<ReturnType<typeof compiledChecks>>;
/** By field path, written as here. */
type Rules = ReadonlyMap<string, readonly Matcher[]>;

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

/** @param schema its name */
function inContent(
  contract: Contract,
  schema: string,
  content: JsonValue,
  rules: Rules,
  validate: Validate,
): string[] {
  const problem = validate(content);
  if (problem) return [`has an example in which ${problem.pointer} ${problem.message}`];

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
      const allows = (value: JsonValue) => validate(replaced(content, path, value)) === undefined;
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
function rulesBelow(prefix: string, rules: MatchingRules = {}): Rules {
  return new Map(
    Object.entries(rules).flatMap(([path, { matchers }]) =>
      path.startsWith(prefix) ? [[path.slice(prefix.length).replaceAll("[*]", "[]"), matchers] as const] : [],
    ),
  );
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
