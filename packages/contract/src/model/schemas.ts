/** The schemas of a contract, wherever they are in the document, with names that fit generated code. */
import type { Contract } from "../contract.ts";
import { freeName, nameFindings, pascalCase } from "../schema/names.ts";
import { schemasPointer } from "../schema/node.ts";
import {
  isObject,
  type JsonObject,
  type JsonValue,
  list,
  mapping,
  type Place,
  pointerOf,
} from "../source.ts";
import { Node } from "./node.ts";

/** Their values are data, in which `$ref` is a key like any other. */
export const dataKeywords: ReadonlySet<string> = new Set([
  "const",
  "enum",
  "default",
  "examples",
  "example",
  "externalDocs",
]);

/** Their keys are names, not keywords. */
const namedParts = new Set(["properties", "patternProperties", "definitions", "dependencies"]);

/** A schema and those inside of it, each with its pointer; references are not followed. */
export function* schemasIn(
  value: JsonValue | undefined,
  pointer: string,
): Generator<readonly [schema: JsonObject, pointer: string]> {
  for (const [index, part] of list(value).entries()) yield* schemasIn(part, `${pointer}/${index}`);
  if (!isObject(value)) return;
  yield [value, pointer];
  for (const [keyword, inner] of Object.entries(value)) {
    if (dataKeywords.has(keyword)) continue;
    const here = pointer + pointerOf(keyword);
    if (!namedParts.has(keyword)) yield* schemasIn(inner, here);
    else
      for (const [name, part] of Object.entries(mapping(inner)))
        yield* schemasIn(part, here + pointerOf(name));
  }
}

/** All schemas of a contract. */
export function* schemasOf({ schemas }: Pick<Contract, "schemas">): ReturnType<typeof schemasIn> {
  for (const [name, schema] of Object.entries(schemas))
    yield* schemasIn(schema, schemasPointer + pointerOf(name));
}

export class SchemaNames {
  /** Their only references are to each other. */
  readonly schemas: Record<string, JsonObject> = {};
  /** The place of each in the document. */
  readonly pointers: Record<string, string> = {};
  readonly #names = new Map<string, string>();
  /** Names that are used as given in the document, and are not available to other schemas. */
  readonly #given: ReadonlySet<string>;

  constructor(document: Node) {
    const named = document.at("components", "schemas").entries();
    this.#given = new Set(named.map(([key]) => key).filter(isTypeName));
    for (const [key, node] of named) {
      if (this.#names.has(node.pointer)) continue;
      this.#take(node, isTypeName(key) ? key : this.#free(pascalCase(key) || "Schema"));
    }
    for (const [, node] of named) this.#read(node);
  }

  /** The name of the schema at `node`: for one that the document does not name, from its title, else `wanted`. */
  nameOf(node: Node, wanted: string): string {
    const format = node.at("schemaFormat");
    // Nothing is known about a schema in another language, which a rule refuses.
    const schema = !format.exists ? node : isJsonSchema(format.value) ? node.at("schema") : format;
    const known = this.#names.get(schema.pointer);
    if (known !== undefined) return known;
    const titled = nameFromTitle(schema.text("title"));
    const isFree = titled !== undefined && this.#free(titled) === titled;
    const name = this.#take(schema, isFree ? titled : this.#free(wanted));
    this.#read(schema);
    return name;
  }

  /** Adds a schema that is not in the document, and returns its name. */
  add(wanted: string, schema: JsonObject, pointer: string): string {
    const name = this.#free(wanted);
    this.schemas[name] = schema;
    this.pointers[name] = pointer;
    return name;
  }

  #take(node: Node, name: string): string {
    this.#names.set(node.pointer, name);
    // Reserves its position before it is read, since schemas keep the document's order and may be recursive.
    this.schemas[name] = {};
    this.pointers[name] = node.pointer;
    return name;
  }

  #free(wanted: string): string {
    return freeName(wanted, (name) => Object.hasOwn(this.schemas, name) || this.#given.has(name));
  }

  #read(node: Node): void {
    const name = this.#names.get(node.pointer);
    if (name === undefined) return;
    this.schemas[name] = isObject(node.value) ? this.#keywords(node, node.value, node.pointer) : {};
  }

  #keywords(top: Node, schema: JsonObject, pointer: string): JsonObject {
    return Object.fromEntries(
      Object.entries(schema).map(([keyword, value]) => {
        const here = pointer + pointerOf(keyword);
        if (dataKeywords.has(keyword)) return [keyword, value];
        if (namedParts.has(keyword) && isObject(value)) {
          const parts = Object.entries(value).map(([name, part]) => [
            name,
            this.#part(top, part, here + pointerOf(name)),
          ]);
          return [keyword, Object.fromEntries(parts)];
        }
        if (Array.isArray(value)) {
          return [keyword, value.map((part, index) => this.#part(top, part, `${here}/${index}`))];
        }
        return [keyword, this.#part(top, value, here)];
      }),
    );
  }

  #part(top: Node, value: JsonValue, pointer: string): JsonValue {
    if (!isObject(value)) return value;
    if (typeof value.$ref !== "string") return this.#keywords(top, value, pointer);
    const target = new Node(top.source, pointer);
    const wanted = pascalCase(target.pointer.split("/").at(-1) ?? "") || "Schema";
    return { ...value, $ref: `#${schemasPointer}${pointerOf(this.nameOf(target, wanted))}` };
  }
}

/** The place in the document of a pointer into the contract's named schemas. */
export function schemaPlace({ source, schemaPointers }: SchemaPlaces, pointer: string): Place {
  const [, name = "", inside = ""] = /^\/components\/schemas\/([^/]+)(.*)$/.exec(pointer) ?? [];
  return source.place((schemaPointers[name] ?? `${schemasPointer}/${name}`) + inside);
}

type SchemaPlaces = Pick<Contract, "source" | "schemaPointers">;

/** Whether a `schemaFormat` is that of the schemas that are read. */
export function isJsonSchema(format: JsonValue | undefined): boolean {
  return /^application\/(vnd\.aai\.asyncapi|schema)(\+json|\+yaml)?(;|$)/.test(String(format));
}

/** Undefined for a title that gives no name of a type, as one in other letters does. */
function nameFromTitle(title = ""): string | undefined {
  const name = /^[\x20-\x7e]{1,60}$/.test(title) ? pascalCase(title) : "";
  return name !== "" && nameFindings([name], "").length === 0 ? name : undefined;
}

function isTypeName(key: string): boolean {
  return /^[A-Z][A-Za-z0-9]*$/.test(key);
}
