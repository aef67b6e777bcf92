/** A JSON Schema as table rows: one per field, at any depth. */
import { isObject, type JsonObject, type JsonValue, list, mapping } from "../source.ts";
import { limitsOf, typeOf } from "./schema-words.ts";

export interface SchemaRow {
  /** From the top, e.g. `lines[].unitPrice.amount`; "" for the whole. */
  readonly path: string;
  /** The last step of the path, or which alternative this is. */
  readonly name: string;
  readonly depth: number;
  readonly type: string;
  readonly required: boolean;
  /** In words, with `code` in backticks. */
  readonly limits: readonly string[];
  readonly description: string;
}

type Schemas = Readonly<Record<string, JsonObject>>;

/** Rows of the schema `name` under `components/schemas`, the top one left out if it is a plain object. */
export function schemaRows(schemas: Schemas, name: string): SchemaRow[] {
  return below({ schemas, schema: schemas[name] ?? {}, path: "", depth: 0, within: new Set([name]) });
}

interface Position {
  readonly schemas: Schemas;
  readonly schema: JsonObject;
  readonly path: string;
  readonly depth: number;
  /** Enclosing schemas: a recursive schema is shown once. */
  readonly within: ReadonlySet<string>;
}

/** The rows inside a schema: its properties, items and alternatives. */
function below(position: Position): SchemaRow[] {
  const { schema, path, depth } = position;
  const required = new Set(list(schema.required));
  const rows = Object.entries(mapping(schema.properties)).flatMap(([name, property]) =>
    row(position, {
      schema: property,
      name,
      path: path === "" ? name : `${path}.${name}`,
      required: required.has(name),
    }),
  );
  const items = mapping(schema.items);
  if (schema.items !== undefined) {
    const inside = enter({ ...position, depth: depth - 1 }, items, `${path}[]`);
    if (inside) rows.push(...below(inside));
  }
  if (isObject(schema.additionalProperties)) {
    rows.push(
      ...row(position, {
        schema: schema.additionalProperties,
        name: "any other name",
        path: `${path === "" ? "" : `${path}.`}*`,
        required: false,
      }),
    );
  }
  for (const keyword of ["oneOf", "anyOf"] as const) {
    list(schema[keyword]).forEach((shape, index) => {
      const label = `${keyword === "oneOf" ? "either" : "any of"} ${index + 1}`;
      rows.push(...row(position, { schema: shape, name: label, path, required: false }));
    });
  }
  for (const part of list(schema.allOf)) {
    const inside = enter({ ...position, depth: depth - 1 }, part, path);
    if (inside) rows.push(...below(inside));
  }
  return rows;
}

function row(
  position: Position,
  field: { schema: JsonValue; name: string; path: string; required: boolean },
): SchemaRow[] {
  const schema = merged(position.schemas, field.schema);
  const inside = enter(position, field.schema, field.path);
  const own: SchemaRow = {
    path: field.path,
    name: field.name,
    depth: position.depth,
    type: typeOf(schema, (inner) => merged(position.schemas, inner), nameOf(field.schema)),
    required: field.required,
    limits: limitsOf(schema, (inner) => merged(position.schemas, inner)),
    description: typeof schema.description === "string" ? schema.description : "",
  };
  return [own, ...(inside ? below(inside) : [])];
}

/** One level down; undefined if the schema is recursive. */
function enter(position: Position, schema: JsonValue, path: string): Position | undefined {
  const name = nameOf(schema);
  if (name !== undefined && position.within.has(name)) return undefined;
  return {
    ...position,
    schema: merged(position.schemas, schema),
    path,
    depth: position.depth + 1,
    within: name === undefined ? position.within : new Set([...position.within, name]),
  };
}

/** The schema behind a reference, combined with the reference's siblings. */
function merged(schemas: Schemas, schema: JsonValue | undefined): JsonObject {
  if (!isObject(schema)) return {};
  const name = nameOf(schema);
  if (name === undefined) return schema;
  const { $ref: _, ...beside } = schema;
  return { ...merged(schemas, schemas[name]), ...beside };
}

function nameOf(schema: JsonValue | undefined): string | undefined {
  const reference = isObject(schema) ? schema.$ref : undefined;
  return typeof reference === "string" ? reference.split("/").at(-1) : undefined;
}
