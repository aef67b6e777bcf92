/**
 * The values that a schema accepts, as alternatives of one kind each: references resolved, allOf merged,
 * bounds normalised, empty alternatives removed. Equivalent schemas get the same form.
 */
import type { Definitions, NumberNode, SchemaNode } from "../../schema/node.ts";
import { objectOf, target } from "../../schema/shape.ts";
import { normalisedNumbers, tighter } from "./bounds.ts";
import { intersection } from "./intersection.ts";
import { isEmpty, type Literals, type Numbers, type Values } from "./model.ts";

/** @param node supported by the schema compiler, like all that `definitions` hold */
export function valuesOf(node: SchemaNode, definitions: Definitions): Values {
  return withoutEmpty(joined(alternatives(node, definitions)));
}

function alternatives(node: SchemaNode, definitions: Definitions): Values {
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
      const items = valuesOf(node.items, definitions);
      const maxItems = items.length === 0 ? 0 : (node.maxItems ?? Number.POSITIVE_INFINITY);
      return [{ kind: "array", items, minItems: node.minItems ?? 0, maxItems, unique: node.uniqueItems }];
    }
    case "object":
      return [
        {
          kind: "object",
          properties: new Map(
            node.properties.map(({ name, required, schema }) => [
              name,
              { required, values: valuesOf(schema, definitions) },
            ]),
          ),
          ...(node.additional !== undefined && {
            additional:
              typeof node.additional === "boolean" ? node.additional : valuesOf(node.additional, definitions),
          }),
          minProperties: node.minProperties ?? 0,
          maxProperties: node.maxProperties ?? Number.POSITIVE_INFINITY,
        },
      ];
    case "union":
      return node.branches.flatMap((branch) => alternatives(branch, definitions));
    case "reference":
      return alternatives(target(node.name, definitions), definitions);
    case "intersection": {
      const object = objectOf(node, definitions);
      if (object) return alternatives(object, definitions);
      return node.branches
        .map((branch) => alternatives(branch, definitions))
        .reduce((left, right) => intersection(left, right), anything);
    }
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

const anything: Values = [{ kind: "any" }];

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

function withoutEmpty(values: Values): Values {
  return values.filter((alternative) => !isEmpty(alternative));
}
