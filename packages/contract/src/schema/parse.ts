/** Parses JSON Schema into nodes. What cannot be enforced becomes a finding; nothing is ignored silently. */
import { isObject, type JsonValue, pointerOf } from "../source.ts";
import { isScalar } from "./keyword-values.ts";
import {
  type CompositeKeyword,
  compositeKeywords,
  isAnnotation,
  isJsonType,
  type JsonType,
  keywordsOf,
} from "./keywords.ts";
import {
  formatNames,
  isNumberFormat,
  numberFormats,
  type Property,
  type Scalar,
  type SchemaFinding,
  type SchemaNode,
} from "./node.ts";
import { type Keywords, siftKeywords } from "./sift.ts";

export interface Parsed {
  /** The part that was understood. */
  readonly node: SchemaNode;
  readonly findings: readonly SchemaFinding[];
}

/**
 * @param pointer place of the schema in the document
 * @param names the named schemas that it may refer to
 */
export function parseSchema(schema: JsonValue, pointer: string, names: ReadonlySet<string>): Parsed {
  const parser = new Parser(names);
  return { node: parser.schema(schema, pointer), findings: parser.findings };
}

class Parser {
  readonly findings: SchemaFinding[] = [];
  readonly #names: ReadonlySet<string>;

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  schema(schema: JsonValue, pointer: string): SchemaNode {
    if (!isObject(schema)) {
      const message = `a schema must be a mapping, but this is ${JSON.stringify(schema)}`;
      const fix = "write {} to allow any value; to forbid a property, leave it out";
      this.findings.push({ pointer, keyword: "schema", message, fix });
      return any(pointer);
    }
    const { keywords, findings } = siftKeywords(schema, pointer);
    this.findings.push(...findings);
    const node = this.#node(keywords, pointer);
    const annotations = Object.entries(schema).filter(([keyword]) => isAnnotation(keyword));
    return { ...node, pointer, annotations: Object.fromEntries(annotations) };
  }

  #node(keywords: Keywords, pointer: string): SchemaNode {
    const composite = compositeKeywords.find((keyword) => keywords.has(keyword));
    if (composite) {
      this.#alone(keywords, [composite], pointer, `"${composite}" is the only check of its schema`);
      return this.#composite(composite, keywords.get(composite) ?? null, pointer);
    }
    const types = [keywords.get("type") ?? []].flat().filter(isJsonType);
    if (keywords.has("enum") || keywords.has("const")) {
      const own = keywords.has("enum") ? "enum" : "const";
      this.#alone(
        keywords,
        ["type", own],
        pointer,
        `"${own}" lists every value, so the other keyword can only repeat or contradict it`,
      );
      return this.#literals(own, keywords.get(own) ?? null, types, pointer);
    }
    for (const keyword of keywords.keys()) {
      if (keyword === "type" || types.some((type) => keywordsOf[type].includes(keyword))) continue;
      const owners = Object.entries(keywordsOf).filter(([, owned]) => owned.includes(keyword));
      const wanted = owners.map(([type]) => `"type: ${type}"`).join(" or ");
      const message =
        types.length === 0
          ? `"${keyword}" needs a type`
          : `"${keyword}" does not apply to values of type ${types.join(" or ")}`;
      this.#refuse(
        pointer,
        keyword,
        message,
        types.length === 0 ? `add ${wanted}` : `leave it out, or write ${wanted}`,
      );
    }
    this.#format(keywords, types, pointer);
    const branches = types.map((type) => this.#typed(type, keywords, pointer));
    const [only] = branches;
    if (only === undefined) return any(pointer);
    return branches.length === 1 ? only : { ...any(pointer), kind: "union", keyword: "type", branches };
  }

  #composite(keyword: CompositeKeyword, value: JsonValue, pointer: string): SchemaNode {
    if (keyword === "$ref") {
      const name = /^#\/components\/schemas\/([^/]+)$/.exec(String(value))?.[1] ?? "";
      if (this.#names.has(name)) return { ...any(pointer), kind: "reference", name };
      this.#refuse(
        pointer,
        keyword,
        `the reference ${JSON.stringify(value)} is not to a named schema`,
        `refer to "#/components/schemas/…", which has ${[...this.#names].join(", ") || "none"}`,
      );
      return any(pointer);
    }
    const branches = [value]
      .flat()
      .map((branch, index) => this.schema(branch, `${pointer}/${keyword}/${index}`));
    if (keyword === "allOf") return { ...any(pointer), kind: "intersection", branches };
    return { ...any(pointer), kind: "union", keyword, branches };
  }

  #literals(keyword: string, value: JsonValue, types: readonly JsonType[], pointer: string): SchemaNode {
    const values: Scalar[] = [value].flat().filter(isScalar);
    const mismatched =
      types.length === 0 ? [] : values.filter((item) => !types.some((type) => isOfType(item, type)));
    if (mismatched.length > 0) {
      this.#refuse(
        pointer,
        keyword,
        `${mismatched.map((item) => JSON.stringify(item)).join(", ")} is not of type ${types.join(" or ")}`,
        `change the type or the values of "${keyword}"`,
      );
    }
    return { ...any(pointer), kind: "literals", values };
  }

  #typed(type: JsonType, keywords: Keywords, pointer: string): SchemaNode {
    const base = any(pointer);
    switch (type) {
      case "null":
      case "boolean":
        return { ...base, kind: type };
      case "integer":
      case "number": {
        const limits = numbers(keywords, numberLimits);
        const range = numberFormatOf(keywords, type);
        return {
          ...base,
          kind: "number",
          integer: type === "integer",
          ...limits,
          ...(range && { minimum: Math.max(range.least, limits.minimum ?? range.least) }),
          ...(range && { maximum: Math.min(range.most, limits.maximum ?? range.most) }),
        };
      }
      case "string": {
        const pattern = keywords.get("pattern");
        const format = formatNames.find((name) => name === keywords.get("format"));
        return {
          ...base,
          kind: "string",
          ...numbers(keywords, ["minLength", "maxLength"]),
          ...(typeof pattern === "string" ? { pattern } : {}),
          ...(format === undefined ? {} : { format }),
        };
      }
      case "array": {
        const items = keywords.get("items");
        return {
          ...base,
          kind: "array",
          items: items === undefined ? any(pointer) : this.schema(items, `${pointer}/items`),
          uniqueItems: keywords.get("uniqueItems") === true,
          ...numbers(keywords, ["minItems", "maxItems"]),
        };
      }
      case "object": {
        const additional = keywords.get("additionalProperties");
        return {
          ...base,
          kind: "object",
          properties: this.#properties(keywords, pointer),
          ...numbers(keywords, ["minProperties", "maxProperties"]),
          ...(additional === undefined
            ? {}
            : {
                additional:
                  typeof additional === "boolean"
                    ? additional
                    : this.schema(additional, `${pointer}/additionalProperties`),
              }),
        };
      }
    }
  }

  /** A format must apply to the type, and its range must overlap the bounds. */
  #format(keywords: Keywords, types: readonly JsonType[], pointer: string): void {
    const format = keywords.get("format");
    const owners = types.filter((type) => keywordsOf[type].includes("format"));
    if (format === undefined || owners.length === 0) return;
    const wanted = isNumberFormat(format) ? numberFormats[format].type : "string";
    if (!owners.some((type) => type === wanted)) {
      const message = `"format: ${format}" does not apply to values of type ${types.join(" or ")}`;
      this.#refuse(pointer, "format", message, `leave it out, or write "type: ${wanted}"`);
    }
    if (!isNumberFormat(format)) return;
    const { least, most } = numberFormats[format];
    const { minimum, exclusiveMinimum, maximum, exclusiveMaximum } = numbers(keywords, numberLimits);
    const isBeyond =
      Math.max(minimum ?? least, exclusiveMinimum ?? least) > most ||
      Math.min(maximum ?? most, exclusiveMaximum ?? most) < least;
    if (!isBeyond) return;
    const message = `no value satisfies both "format: ${format}", which is ${least} to ${most}, and the other bounds`;
    this.#refuse(pointer, "format", message, "change the format or the bounds");
  }

  #properties(keywords: Keywords, pointer: string): Property[] {
    const declared = keywords.get("properties");
    const schemas = isObject(declared) ? Object.entries(declared) : [];
    const required = [keywords.get("required") ?? []].flat().map(String);
    for (const [index, name] of required.entries()) {
      if (schemas.some(([declaredName]) => declaredName === name)) continue;
      this.findings.push({
        pointer: `${pointer}/required/${index}`,
        keyword: "required",
        message: `the required property "${name}" is not among the properties`,
        fix: `declare "${name}" under properties, in the same schema`,
      });
    }
    return schemas.map(([name, schema]) => ({
      name,
      required: required.includes(name),
      schema: this.schema(schema, `${pointer}/properties${pointerOf(name)}`),
    }));
  }

  /** Refuses assertions other than `allowed`. */
  #alone(keywords: Keywords, allowed: readonly string[], pointer: string, why: string): void {
    for (const keyword of keywords.keys()) {
      if (allowed.includes(keyword)) continue;
      this.#refuse(
        pointer,
        keyword,
        `"${keyword}" is not allowed here: ${why}`,
        "leave it out, or combine the two with allOf",
      );
    }
  }

  #refuse(schema: string, keyword: string, message: string, fix: string): void {
    this.findings.push({ pointer: schema + pointerOf(keyword), keyword, message, fix });
  }
}

function any(pointer: string): SchemaNode & { readonly kind: "any" } {
  return { kind: "any", pointer, annotations: {} };
}

function isOfType(value: Scalar, type: JsonType): boolean {
  if (type === "integer") return Number.isInteger(value);
  return value === null ? type === "null" : typeof value === type;
}

const numberLimits = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"] as const;

/** The range of a number's format; undefined without one. */
function numberFormatOf(keywords: Keywords, type: "integer" | "number") {
  const format = keywords.get("format");
  if (!isNumberFormat(format) || numberFormats[format].type !== type) return undefined;
  const range = numberFormats[format];
  return Number.isFinite(range.most) ? range : undefined;
}

/** The keywords among `names` that are present, as numbers. */
function numbers<Name extends string>(
  keywords: Keywords,
  names: readonly Name[],
): { [Key in Name]?: number } {
  const found: { [Key in Name]?: number } = {};
  for (const name of names) {
    const value = keywords.get(name);
    if (typeof value === "number") found[name] = value;
  }
  return found;
}
