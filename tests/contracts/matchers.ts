/** Pact's matchers for an example, derived from the contract's schema: a pact accepts what the contract allows. */
import { Matchers } from "@pact-foundation/pact";
import type { TSchema } from "@sinclair/typebox";

/** Both match what the runtime accepts. Pact's own `uuid` matches anywhere in a string, and no capitals. */
export const uuidPattern = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$";
const dateTimePattern = "^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?([Zz]|[+-]\\d{2}:\\d{2})$";

/**
 * @param example part of a value of the schema; the pact does not constrain fields that are left out
 * @throws Error that names the field, if the contract has no such field or no matcher can express what it allows
 */
export function matching(schema: TSchema, example: unknown, path = "payload"): unknown {
  if (Array.isArray(example)) {
    const [item] = example;
    if (schema.type !== "array" || item === undefined)
      throw unfit(path, "is no list in the contract, or empty here");
    return Matchers.atLeastLike(matching(schema.items, item, `${path}[]`), schema.minItems ?? 0, 1);
  }
  if (typeof example === "object" && example !== null) {
    const properties: Readonly<Record<string, TSchema>> = schema.properties ?? {};
    return Object.fromEntries(
      Object.entries(example).map(([key, value]) => {
        const property = properties[key];
        if (property === undefined) throw unfit(`${path}.${key}`, "does not stand in the contract");
        return [key, matching(property, value, `${path}.${key}`)];
      }),
    );
  }
  return matchingScalar(schema, example, path);
}

function matchingScalar(schema: TSchema, example: unknown, path: string): unknown {
  if (schema.const !== undefined) return Matchers.equal(example);
  if (typeof example === "string") return matchingText(schema, example, path);
  if (schema.type === "integer" && typeof example === "number") return Matchers.integer(example);
  if (schema.type === "number" && typeof example === "number") return Matchers.number(example);
  if (schema.type === "boolean" && typeof example === "boolean") return Matchers.boolean(example);
  throw unfit(path, `has the example ${JSON.stringify(example)}, for which there is no matcher yet`);
}

function matchingText(schema: TSchema, example: string, path: string): unknown {
  const values = constantsOf(schema);
  if (values) return Matchers.regex(`^(${values.map(escaped).join("|")})$`, example);
  if (schema.type !== "string")
    throw unfit(path, `is no text in the contract, but ${JSON.stringify(example)} here`);
  if (schema.pattern !== undefined) return Matchers.regex(schema.pattern, example);
  if (schema.format === "uuid") return Matchers.regex(uuidPattern, example);
  if (schema.format === "date-time") return Matchers.regex(dateTimePattern, example);
  return Matchers.string(example);
}

function constantsOf({ anyOf }: TSchema): string[] | undefined {
  if (!Array.isArray(anyOf)) return undefined;
  const values = anyOf.map((one: TSchema): unknown => one.const);
  return values.every((value) => typeof value === "string") ? values : undefined;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function unfit(path: string, what: string): Error {
  return new Error(`cannot write a pact: ${path} ${what}`);
}
