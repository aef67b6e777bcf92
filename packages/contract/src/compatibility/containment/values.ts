/**
 * The values that a schema accepts, as alternatives of one kind each: references resolved, allOf merged,
 * bounds normalised, empty alternatives removed. Equivalent schemas get the same form.
 */
import type { Definitions, IntersectionNode, NumberNode, SchemaNode } from "../../schema/node.ts";
import { objectOf, target } from "../../schema/shape.ts";
import { choicesOf } from "../../schema/union.ts";
import { normalisedNumbers, tighter } from "./bounds.ts";
import { intersection } from "./intersection.ts";
import { type Alternative, isEmpty, type Literals, type Numbers, type Values } from "./model.ts";

export class ValuesReader {
  readonly #definitions: Definitions;
  readonly #unread: ReadonlySet<string>;
  readonly #textOf: (node: SchemaNode) => string;
  /** By name: a recursive schema's values contain themselves. */
  readonly #named = new Map<string, Values>();
  /** Named schemas that are being read; their values are still empty. */
  readonly #open = new Set<Values>();

  /**
   * @param unread pointers of the schemas that are not understood as a whole
   * @param textOf the text of a schema, references followed
   */
  constructor(
    definitions: Definitions,
    unread: ReadonlySet<string> = new Set(),
    textOf: (node: SchemaNode) => string = ({ pointer }) => pointer,
  ) {
    this.#definitions = definitions;
    this.#unread = unread;
    this.#textOf = textOf;
  }

  valuesOf(node: SchemaNode): Values {
    if (node.kind === "reference" && !this.#unread.has(node.pointer)) return this.named(node.name);
    return this.#complete(this.#alternatives(node, []));
  }

  named(name: string): Values {
    const known = this.#named.get(name);
    if (known) return known;
    const values: Alternative[] = [];
    this.#named.set(name, values);
    this.#open.add(values);
    values.push(...this.#complete(this.#alternatives(target(name, this.#definitions), [name])));
    this.#open.delete(values);
    return values;
  }

  #complete(values: Values): Values {
    return joined(values).filter((alternative) => !isEmpty(alternative, (inner) => this.#open.has(inner)));
  }

  /** @param path names of the schemas that `node` is all of, or a branch of */
  #alternatives(node: SchemaNode, path: readonly string[]): Values {
    if (this.#unread.has(node.pointer)) return this.#unreadAs(node);
    switch (node.kind) {
      case "any":
        return [{ kind: "any" }];
      case "boolean":
        return [{ kind: "literals", values: [true, false] }];
      case "null":
        return [{ kind: "literals", values: [null] }];
      case "literals":
        return [{ kind: "literals", values: node.values }];
      case "number":
        return [numbers(node)];
      case "string":
        return [
          {
            kind: "string",
            minLength: node.minLength ?? 0,
            maxLength: node.maxLength ?? Number.POSITIVE_INFINITY,
            patterns: node.pattern === undefined ? [] : [node.pattern],
            formats: node.format === undefined ? [] : [node.format],
          },
        ];
      case "array": {
        const items = this.valuesOf(node.items);
        const isPossible = items.length > 0 || this.#open.has(items);
        const maxItems = isPossible ? (node.maxItems ?? Number.POSITIVE_INFINITY) : 0;
        return [{ kind: "array", items, minItems: node.minItems ?? 0, maxItems, unique: node.uniqueItems }];
      }
      case "object":
        return [
          {
            kind: "object",
            properties: new Map(
              node.properties.map(({ name, required, schema }) => [
                name,
                { required, values: this.valuesOf(schema) },
              ]),
            ),
            ...(node.additional !== undefined && {
              additional:
                typeof node.additional === "boolean" ? node.additional : this.valuesOf(node.additional),
            }),
            minProperties: node.minProperties ?? 0,
            maxProperties: node.maxProperties ?? Number.POSITIVE_INFINITY,
          },
        ];
      case "union": {
        const branches = node.branches.flatMap((branch) => this.#alternatives(branch, path));
        const isExclusive = node.keyword === "oneOf" && branches.every(({ kind }) => kind !== "unread");
        // oneOf refuses values that fit two branches, which a union of branches cannot express.
        return isExclusive && !choicesOf(node, this.#definitions) ? this.#unreadAs(node) : branches;
      }
      case "reference":
        // A reference to itself alone adds no values to those of the other branches.
        if (path.includes(node.name)) return [{ kind: "unread", text: "itself" }];
        return this.#alternatives(target(node.name, this.#definitions), [...path, node.name]);
      case "intersection": {
        const branches = node.branches.map((branch) => this.#alternatives(branch, path));
        const isRead = branches.flat().every(({ kind }) => kind !== "unread");
        const object = isRead && !this.#closes(node) ? objectOf(node, this.#definitions) : undefined;
        if (object) return this.#alternatives(object, path);
        const common = branches.reduce<Values | undefined>(
          (left, right) => left && intersection(left, right),
          [{ kind: "any" }],
        );
        return common ?? this.#unreadAs(node);
      }
    }
  }

  /** Whether one branch would refuse the keys of another. */
  #closes({ branches }: IntersectionNode): boolean {
    if (branches.length < 2) return false;
    return branches.some((branch) => {
      const additional = objectOf(branch, this.#definitions)?.additional;
      return additional !== undefined && additional !== true;
    });
  }

  #unreadAs(node: SchemaNode): Values {
    return [{ kind: "unread", text: this.#textOf(node) }];
  }
}

function numbers(node: NumberNode): Numbers {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node;
  const { integer, multipleOf } = node;
  const lower = tighter(
    minimum === undefined ? undefined : { value: minimum, exclusive: false },
    exclusiveMinimum === undefined ? undefined : { value: exclusiveMinimum, exclusive: true },
    (left, right) => left > right,
  );
  const upper = tighter(
    maximum === undefined ? undefined : { value: maximum, exclusive: false },
    exclusiveMaximum === undefined ? undefined : { value: exclusiveMaximum, exclusive: true },
    (left, right) => left < right,
  );
  return normalisedNumbers({
    kind: "number",
    integer,
    ...(lower && { lower }),
    ...(upper && { upper }),
    multiples: multipleOf === undefined ? [] : [multipleOf],
  });
}

/** Merges all literals into one alternative, at the place of the first. */
function joined(values: Values): Values {
  const literals = values.filter((alternative) => alternative.kind === "literals");
  if (literals.length < 2) return values;
  const all: Literals = {
    kind: "literals",
    values: [...new Set(literals.flatMap((alternative) => alternative.values))],
  };
  const [first] = literals;
  return values
    .filter((alternative) => alternative.kind !== "literals" || alternative === first)
    .map((alternative) => (alternative === first ? all : alternative));
}
