/** Splits a set along the alternatives of another, so that each part can be contained in one of them. */
import type { Alternative, Literals, Objects, Values } from "./model.ts";

/** Maximum number of integers to enumerate, and of property values to distinguish. */
const most = 300;

/** Parts whose union is `sent`; undefined if it cannot be split. */
export function split(sent: Alternative, accepted: Values): Values | undefined {
  switch (sent.kind) {
    case "any":
      return ofEachKind;
    case "number": {
      const { integer, lower, upper } = sent;
      if (!accepted.some((alternative) => alternative.kind === "literals")) return undefined;
      if (!integer || !lower || !upper || upper.value - lower.value > most) return undefined;
      if (!Number.isSafeInteger(lower.value) || !Number.isSafeInteger(upper.value)) return undefined;
      const values = Array.from({ length: upper.value - lower.value + 1 }, (_, index) => lower.value + index);
      const steps = sent.multiples.filter((step) => Number.isInteger(step));
      if (steps.length < sent.multiples.length) return undefined;
      return [
        { kind: "literals", values: values.filter((value) => steps.every((step) => value % step === 0)) },
      ];
    }
    case "object":
      return splitObject(sent, accepted);
    default:
      return undefined;
  }
}

const ofEachKind: Values = [
  { kind: "literals", values: [null, true, false] },
  { kind: "number", integer: false, multiples: [] },
  { kind: "string", minLength: 0, maxLength: Number.POSITIVE_INFINITY, patterns: [], formats: [] },
  { kind: "array", items: [{ kind: "any" }], minItems: 0, maxItems: Number.POSITIVE_INFINITY, unique: false },
  {
    kind: "object",
    properties: new Map(),
    additional: true,
    minProperties: 0,
    maxProperties: Number.POSITIVE_INFINITY,
  },
];

/** Splits by the values of a property whose values the accepted objects enumerate. */
function splitObject(sent: Objects, accepted: Values): Values | undefined {
  const objects = accepted.filter((alternative) => alternative.kind === "object");
  for (const [name, field] of sent.properties) {
    const own = literalsOf(field.values);
    const tells = objects.some((object) => literalsOf(object.properties.get(name)?.values ?? []));
    if (!own || !tells || own.values.length > most) continue;
    if (field.required && own.values.length < 2) continue;
    const parts = own.values.map(
      (value): Objects => ({
        ...sent,
        properties: new Map(sent.properties).set(name, {
          required: true,
          values: [{ kind: "literals", values: [value] }],
        }),
      }),
    );
    if (field.required) return parts;
    const without = new Map(sent.properties).set(name, { required: false, values: [] });
    return [...parts, { ...sent, properties: without }];
  }
  return undefined;
}

/** The literals of a set that contains only literals. */
function literalsOf(values: Values): Literals | undefined {
  const [only] = values;
  return values.length === 1 && only?.kind === "literals" ? only : undefined;
}
