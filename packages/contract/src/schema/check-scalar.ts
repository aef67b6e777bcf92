/** Checks of values without parts, as conditions under which they fail. */
import { counted, listed } from "../listed.ts";
import type { CheckModule, Subject } from "./check-module.ts";
import type { Format, LiteralsNode, NumberNode, Scalar, StringNode } from "./node.ts";

/** A problem is returned when `condition` holds. */
export interface Failure {
  readonly condition: string;
  readonly problem: string;
}

export type ScalarNode =
  | StringNode
  | NumberNode
  | LiteralsNode
  | { readonly kind: "boolean" | "null" | "any" };

/** In the order in which they have to be evaluated; the first one is about the type. */
export function scalarFailures(node: ScalarNode, subject: Subject, module: CheckModule): Failure[] {
  const { value } = subject;
  const mustBe = (condition: string, expectation: string): Failure => ({
    condition,
    problem: problemCall(module.use("mustBe"), JSON.stringify(expectation), subject),
  });
  switch (node.kind) {
    case "any":
      return [];
    case "null":
      return [mustBe(`${value} !== null`, "null")];
    case "boolean":
      return [mustBe(`typeof ${value} !== "boolean"`, "true or false")];
    case "literals":
      return [literalsFailure(node.values, subject, module)];
    case "number":
      return [
        node.integer
          ? mustBe(`typeof ${value} !== "number" || !Number.isInteger(${value})`, "an integer")
          : mustBe(`typeof ${value} !== "number" || !Number.isFinite(${value})`, "a finite number"),
        ...numberLimits(node, value, module).map(([condition, expectation]) =>
          mustBe(condition, expectation),
        ),
      ];
    case "string":
      return [
        mustBe(`typeof ${value} !== "string"`, "a string"),
        ...stringLimits(node, value, module).map(([condition, expectation]) =>
          mustBe(condition, expectation),
        ),
        ...patternFailures(node, subject, module),
      ];
  }
}

type Limit = readonly [condition: string, expectation: string];

function numberLimits(node: NumberNode, value: string, module: CheckModule): Limit[] {
  const limits: Limit[] = [];
  const { minimum, exclusiveMinimum, maximum, exclusiveMaximum, multipleOf } = node;
  if (minimum !== undefined) limits.push([`${value} < ${minimum}`, `at least ${minimum}`]);
  if (exclusiveMinimum !== undefined)
    limits.push([`${value} <= ${exclusiveMinimum}`, `above ${exclusiveMinimum}`]);
  if (maximum !== undefined) limits.push([`${value} > ${maximum}`, `at most ${maximum}`]);
  if (exclusiveMaximum !== undefined)
    limits.push([`${value} >= ${exclusiveMaximum}`, `below ${exclusiveMaximum}`]);
  if (multipleOf !== undefined) {
    limits.push([`!${module.use("isMultipleOf")}(${value}, ${multipleOf})`, `a multiple of ${multipleOf}`]);
  }
  return limits;
}

function stringLimits(node: StringNode, value: string, module: CheckModule): Limit[] {
  const limits: Limit[] = [];
  const { minLength = 0, maxLength, format } = node;
  if (minLength === 1) limits.push([`${value} === ""`, "at least 1 character long"]);
  else if (minLength > 1) {
    limits.push([
      `${module.use("shorterThan")}(${value}, ${minLength})`,
      `at least ${minLength} characters long`,
    ]);
  }
  if (maxLength !== undefined) {
    limits.push([
      `${module.use("longerThan")}(${value}, ${maxLength})`,
      `at most ${counted(maxLength, "character")} long`,
    ]);
  }
  if (format !== undefined) {
    const { test, expectation } = formatTests[format];
    limits.push([`!${module.use(test)}(${value})`, expectation]);
  }
  return limits;
}

/** The function of the runtime that tests each format, and its words. */
export const formatTests = {
  uuid: { test: "isUuid", expectation: "a UUID" },
  "date-time": { test: "isDateTime", expectation: "a date and time as in RFC 3339" },
  date: { test: "isDate", expectation: "a date as in RFC 3339" },
  email: { test: "isEmail", expectation: "an e-mail address" },
  uri: { test: "isUri", expectation: "an absolute URI" },
  duration: { test: "isDuration", expectation: "a duration as in RFC 3339" },
  hostname: { test: "isHostname", expectation: "a host name" },
  ipv4: { test: "isIpv4", expectation: "an IPv4 address" },
  ipv6: { test: "isIpv6", expectation: "an IPv6 address" },
  byte: { test: "isBase64", expectation: "base64 as in RFC 4648" },
  binary: { test: "isBinary", expectation: "octets, one character each" },
} as const satisfies Record<Format, unknown>;

function patternFailures(node: StringNode, subject: Subject, module: CheckModule): Failure[] {
  if (node.pattern === undefined) return [];
  const { source } = new RegExp(node.pattern, "u");
  const pattern = module.constant(`${subject.path}Pattern`, `/${source}/u`);
  return [
    {
      condition: `!${pattern}.test(${subject.value})`,
      problem: problemCall(module.use("mustMatch"), pattern, subject),
    },
  ];
}

/** Longer lists are looked up in a set. */
const comparedValues = 3;

function literalsFailure(values: readonly Scalar[], subject: Subject, module: CheckModule): Failure {
  const { value, path } = subject;
  const literals = values.map((one) => JSON.stringify(one));
  if (values.length > comparedValues) {
    const set = module.constant(
      `${path}Values`,
      `new Set${module.type("<unknown>")}([${literals.join(", ")}])`,
    );
    return {
      condition: `!${set}.has(${value})`,
      problem: problemCall(module.use("mustBeOneOf"), set, subject),
    };
  }
  return {
    condition: literals.map((one) => `${value} !== ${one}`).join(" && "),
    problem: problemCall(module.use("mustBe"), JSON.stringify(expectationOf(values)), subject),
  };
}

export function expectationOf(values: readonly Scalar[]): string {
  return listed(
    values.map((value) => JSON.stringify(value)),
    "or",
  );
}

export function problemCall(callee: string, expectation: string, { value, pointer }: Subject): string {
  return `${callee}(${[expectation, value, ...(pointer === undefined ? [] : [pointer])].join(", ")})`;
}

export function statement({ condition, problem }: Failure): string {
  return `if (${condition}) return ${problem};`;
}
