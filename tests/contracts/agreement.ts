/**
 * Checks pacts against the contract: each field of an interaction is in the contract, each example is valid there, and
 * each matcher accepts everything that the contract allows and nothing that it forbids.
 */

import type { Contract, Message } from "@rabbit-contract/contract";
import { compiledChecks, isObject, type JsonValue } from "@rabbit-contract/contract";
import { directReplyTo } from "@rabbit-contract/messaging/testing";
import { completed, listsOf, replaced, schemaAt, stepsOf, valueAt } from "./field-paths.ts";
import {
  accepts,
  doubtfulValues,
  equality,
  unknownMatcher,
  valuesOf,
  wrongLength,
} from "./matched-values.ts";
import { headerPrefix, headersOf, propertySchemas } from "./metadata.ts";
import type { MatchingRule, MatchingRules, Pact } from "./pact-files.ts";
import { isWhole, nameOf, type PactProblem, shapeProblems, type WholeMessage } from "./pact-shape.ts";
import { fieldsOf } from "./reads.ts";

/** Problems of all pacts, each with its pact, interaction and field. */
export function findDisagreements(contract: Contract, pacts: readonly Pact[]): string[] {
  return pacts.flatMap((pact) => disagreementsOf(contract, pact).map(({ text }) => `${pact.name}: ${text}`));
}

export function disagreementsOf(contract: Contract, pact: Pact): PactProblem[] {
  const problems = shapeProblems(pact);
  const whole = Array.isArray(pact.interactions) ? pact.interactions.filter(isWhole) : [];
  for (const interaction of whole) {
    for (const finding of findingsOf(contract, interaction))
      problems.push({ interaction, text: `${nameOf(interaction)} ${finding}` });
  }
  return problems;
}

function findingsOf(contract: Contract, interaction: WholeMessage): string[] {
  const message = contract.messages.find(({ name }) => name === interaction.description);
  if (!message) return ["is no message of the contract"];
  const { metadata, contents, matchingRules } = interaction;
  const check = compiledChecks(contract.schemas);
  const { timestamp, messageId, correlationId } = metadata;
  const headers = headersOf(metadata);
  const properties = compiledChecks(propertySchemas);
  // A pact names only the fields that its consumer reads; the others come from an example in the contract.
  const compare = (part: "headers" | "payload", content: unknown, rules: Rules) => {
    const example = message.examples[0]?.[part];
    const validate: Validate = (value) => check(message[part], completed(example, value), true);
    return inContent(
      (path) => schemaAt(contract.schemas, message[part], path),
      json(content),
      rules,
      validate,
    );
  };
  return [
    ...inRoute(contract, message, interaction),
    ...inContent(
      (path) => schemaAt(propertySchemas, "Properties", path),
      json({ messageId, correlationId, timestamp }),
      new Map(
        [...rulesBelow("", matchingRules?.metadata)].filter(([path]) => !path.startsWith(headerPrefix)),
      ),
      (value) => properties("Properties", value, true),
    ).map((finding) => `as to its properties ${finding}`),
    ...(Object.keys(headers).length === 0
      ? []
      : compare("headers", headers, rulesBelow(headerPrefix, matchingRules?.metadata))
    ).map((finding) => `as to its headers ${finding}`),
    ...compare("payload", contents.content, rulesBelow("$", matchingRules?.body)),
  ];
}

/** The first problem of a part of a message. */
type Validate = (part: JsonValue) => ReturnType<ReturnType<typeof compiledChecks>>;
/** By field path such as `lines[].sku`; "" is the whole part. */
type Rules = ReadonlyMap<string, MatchingRule>;

function inRoute(
  contract: Contract,
  message: Message,
  { metadata, contents, generators }: WholeMessage,
): string[] {
  const findings: string[] = [];
  const { exchange, routingKey, type } = metadata;
  if (type !== message.name) findings.push(`has the type ${show(type)}`);
  const route = contract.routes.find(
    (one) =>
      one.exchange.name === exchange && one.routingKey === routingKey && one.messages.includes(message),
  );
  // A reply goes to the requester's channel, whose address no contract knows.
  const isReply = contract.sends.some(({ reply }) => reply === message);
  if (!route && !(isReply && exchange === undefined && routingKey === undefined)) {
    findings.push(
      `goes to exchange ${show(exchange)} with key ${show(routingKey)}: the contract has no such route`,
    );
  }
  const isRequest = contract.sends.some(({ reply, messages }) => reply && messages.includes(message));
  const replyTo = isRequest ? directReplyTo : undefined;
  if (metadata.replyTo !== replyTo)
    findings.push(`has the replyTo ${show(metadata.replyTo)} instead of ${show(replyTo)}`);
  for (const contentType of [metadata.contentType, contents.contentType]) {
    if (contentType !== "application/json") findings.push(`has the content type ${show(contentType)}`);
  }
  if (message.schemaVersion !== undefined && metadata[`${headerPrefix}schema-version`] === undefined)
    findings.push("does not name its schema-version");
  if (generators !== undefined) findings.push("has generators: what they make is not what was checked");
  return findings;
}

function inContent(
  schemaOf: (path: string) => ReturnType<typeof schemaAt>,
  content: JsonValue,
  rules: Rules,
  validate: Validate,
): string[] {
  const problem = validate(content);
  if (problem) return [`has an example in which ${problem.pointer || "/"} ${problem.message}`];

  const [fields, lists] = [fieldsOf(content), listsOf(content)];
  if (isObject(content) && fields.length === 0) return withoutFields(rules);
  return [
    ...[...rules].flatMap(([path, rule]) => {
      if (path === "") return ["has a matcher for all of it, which loosens fields that have none"];
      if (!fields.includes(path) && !lists.includes(path))
        return [`has a matcher for ${path}, of which it has no example`];
      const kind = unknownMatcher(rule);
      return kind === undefined
        ? []
        : [`at ${path} has the matcher ${kind}, which cannot be compared with the contract`];
    }),
    ...lists.flatMap((path) => {
      const rule = ruleFor(path, rules);
      const wrong = unknownMatcher(rule) === undefined ? wrongLength(rule, schemaOf(path)) : undefined;
      return wrong === undefined ? [] : [`at ${path} ${wrong}`];
    }),
    ...fields.flatMap((path) => {
      const rule = ruleFor(path, rules);
      if (unknownMatcher(rule) !== undefined) return [];
      const example = valueAt(content, stepsOf(path)) ?? null;
      const schema = schemaOf(path);
      const allows = (value: JsonValue) => validate(replaced(content, path, value)) === undefined;
      const refused = valuesOf(schema).find((value) => !accepts(rule, example, value));
      const forbidden = doubtfulValues(rule, schema).find(
        (value) => accepts(rule, example, value) && !allows(value),
      );
      return [
        ...(refused === undefined ? [] : [`at ${path} refuses ${show(refused)}, which the contract allows`]),
        ...(forbidden === undefined
          ? []
          : [`at ${path} accepts ${show(forbidden)}, which the contract forbids`]),
      ];
    }),
  ];
}

/** An empty example without a matcher may be one that has lost its fields. */
function withoutFields(rules: Rules): string[] {
  const [rule] = [...rules.values()];
  const isAnyObject = rules.size === 1 && rules.has("") && rule?.matchers?.[0]?.match === "type";
  if (isAnyObject) return [];
  return ["names no field; of a consumer that reads none, it has the matcher type for the whole payload"];
}

/** Like in the verifier, a field without a rule has the rule of the enclosing list. */
function ruleFor(path: string, rules: Rules): MatchingRule {
  const own = rules.get(path);
  if (own) return own;
  const list = path.lastIndexOf("[]");
  if (list < 0) return equality;
  const around = ruleFor(path.slice(0, list), rules);
  return { ...around, matchers: around.matchers?.map(({ min, max, ...matcher }) => matcher) };
}

/** Rules by field path such as `lines[].sku`, which Pact writes as `$.lines[*].sku` or `$['lines'][*]['sku']`. */
function rulesBelow(prefix: string, rules: MatchingRules = {}): Rules {
  return new Map(
    Object.entries(rules).flatMap(([path, rule]) => {
      if (!path.startsWith(prefix)) return [];
      const steps = path
        .slice(prefix.length)
        .replaceAll("[*]", "[]")
        .replaceAll(/\['([^']*)'\]/g, ".$1");
      return [[steps.replace(/^\./, ""), rule] as const];
    }),
  );
}

function json(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value));
}

function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}
