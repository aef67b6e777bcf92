/** Takes a set apart where the alternatives of another one part, so that each part can lie within one of them. */
import type { Alternative, Literals, Objects, Values } from "./model.ts";

/** Integers that are written out one by one, and values of a property that are told apart, at most. */
const most = 300;

/** Parts that are `sent` together; undefined when there is nothing to take apart. */
export function split(sent: Alternative, accepted: Values): Values | undefined {
  switch (sent.kind) {
    case "any":
      return ofEachKind;
    case "number": {
      const { integer, lower, upper } = sent;
      if (!accepted.some((alternative) => alternative.kind === "literals")) return undefined;
      if (!integer || !lower || !upper || upper.value - lower.value > most) return undefined;
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

/** By the values of a property that the accepted objects list the values of. */
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

/** The literals of a set of nothing else. */
function literalsOf(values: Values): Literals | undefined {
  const [only] = values;
  return values.length === 1 && only?.kind === "literals" ? only : undefined;
}
