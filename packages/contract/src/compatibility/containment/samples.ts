/** Example values of a set, simplest first, including edge cases: candidates for counterexamples. */
import { duplicateIndex } from "@rabbit-contract/messaging/validation";
import type { JsonObject, JsonValue } from "../../source.ts";
import { admits, fits } from "./accepts.ts";
import type { Alternative, Arrays, Numbers, Objects, Values } from "./model.ts";
import { textCandidates } from "./texts.ts";

/** Samples per set and part; enough to cover every branch. */
const most = 24;
/** Maximum nesting of what differs in items without duplicates. */
const deepest = 5;
/** Maximum length of sample arrays. */
const longest = 2_000;

/**
 * Values that a closed check of `values` accepts; none if no way to build one is known.
 * @param hints sets that the samples will be compared with; their edges matter too
 */
export function samples(values: Values, hints: Values = []): readonly JsonValue[] {
  const before = hints.length === 0 ? known.get(values) : undefined;
  if (before) return before;
  // A recursive schema only gives finite samples.
  if (underway.has(values)) return [];
  underway.add(values);
  const made = values.flatMap((alternative) =>
    unique(candidates(alternative, hints).filter((candidate) => fits(alternative, candidate, true))).slice(
      0,
      most,
    ),
  );
  underway.delete(values);
  if (hints.length === 0) known.set(values, made);
  return made;
}

/** A value that may be sent and is refused; undefined if none is found. */
export function findWitness(sent: Alternative, accepted: Values): JsonValue | undefined {
  return candidates(sent, accepted).find(
    (value) => fits(sent, value, true) && !admits(accepted, value, false),
  );
}

/** Cache: otherwise each level of a schema would be sampled again for each value of the level above. */
const known = new WeakMap<Values, readonly JsonValue[]>();
const underway = new Set<Values>();

function candidates(alternative: Alternative, hints: Values): JsonValue[] {
  switch (alternative.kind) {
    case "unread":
      return [];
    case "any":
      return ["text", 1, null, true, 0.5, "", [], {}, [1], { key: "value" }];
    case "literals":
      return [...alternative.values];
    case "number":
      return numberCandidates([alternative, ...hints.filter((hint) => hint.kind === "number")]);
    case "string":
      return textCandidates(
        alternative,
        hints.filter((hint) => hint.kind === "string"),
      );
    case "array":
      return arrayCandidates(
        alternative,
        hints.filter((hint) => hint.kind === "array"),
      );
    case "object":
      return objectCandidates(
        alternative,
        hints.filter((hint) => hint.kind === "object"),
      );
  }
}

function numberCandidates(all: readonly Numbers[]): number[] {
  const steps = [1, 0.5, ...all.flatMap(({ multiples }) => multiples)];
  const edges = all.flatMap(({ lower, upper }) => [lower?.value, upper?.value]);
  const anchors = [1, 0, ...edges.filter((edge) => edge !== undefined)];
  const around = anchors.flatMap((anchor) =>
    steps.flatMap((step) => {
      const below = Math.floor(anchor / step) * step;
      return [anchor, anchor + step, anchor - step, below, below + step, below - step];
    }),
  );
  return unique([...around, ...steps.map((step) => 3 * step), 0.25, -1, 1_000_001]);
}

function arrayCandidates(arrays: Arrays, hints: readonly Arrays[]): JsonValue[] {
  const items = samples(
    arrays.items,
    hints.flatMap((hint) => hint.items),
  );
  const lengths = [arrays, ...hints].flatMap(({ minItems, maxItems }) => [
    minItems,
    minItems - 1,
    maxItems,
    maxItems + 1,
  ]);
  const wanted = [...new Set([...lengths, 0, 1, 2])].sort((one, other) => one - other);
  return [
    ...wanted.flatMap((length) => arrayOf(arrays, length) ?? []),
    ...items.flatMap((item) => arrayOf(arrays, Math.max(1, arrays.minItems), item) ?? []),
    ...items.flatMap((item) => [Array<JsonValue>(Math.max(2, arrays.minItems)).fill(item)]),
  ];
}

/** An array of `length` items that begins with `first`; undefined if no way to build one is known. */
export function arrayOf(arrays: Arrays, length: number, first?: JsonValue): JsonValue[] | undefined {
  if (length < 0 || length > longest) return undefined;
  if (length === 0) return [];
  const items = samples(arrays.items);
  if (!arrays.unique) {
    const item = items[0] ?? first;
    if (item === undefined) return undefined;
    return [first ?? item, ...Array<JsonValue>(length - 1).fill(item)];
  }
  const start = unique(first === undefined ? items : [first, ...items]).slice(0, length);
  for (const item of start.length < length ? many(arrays.items, length) : []) {
    if (start.length === length) break;
    if (duplicateIndex([...start, item]) < 0) start.push(item);
  }
  return start.length === length ? start : undefined;
}

/** Distinct values in simple cases: consecutive numbers, strings with a number, objects that contain those. */
function many(values: Values, count: number, depth = 0): JsonValue[] {
  if (depth > deepest) return [];
  return values.flatMap((alternative): JsonValue[] => {
    const fitting = (candidate: JsonValue) => fits(alternative, candidate, true);
    switch (alternative.kind) {
      case "number": {
        const { lower, upper, multiples } = alternative;
        const [step = 1] = multiples;
        const base = Math.ceil((lower?.value ?? (upper ? upper.value - count * step : 0)) / step) * step;
        return Array.from({ length: count + 1 }, (_, index) => base + index * step).filter(fitting);
      }
      case "any":
      case "string":
        return Array.from({ length: count }, (_, index) => `text ${index}`).filter(fitting);
      case "object": {
        const base = objectOf(alternative, {});
        if (!base) return [];
        return [...alternative.properties].flatMap(([name, field]) =>
          many(field.values, count, depth + 1).flatMap((value) => {
            const object = { ...base, [name]: value };
            return fitting(object) ? [object] : [];
          }),
        );
      }
      default:
        return [];
    }
  });
}

function objectCandidates(objects: Objects, hints: readonly Objects[]): JsonValue[] {
  const hintsFor = (name: string) =>
    hints.flatMap(({ properties, additional }) => {
      const field = properties.get(name);
      return field?.values ?? (typeof additional === "object" ? additional : []);
    });
  const firsts = Object.fromEntries(
    [...objects.properties].flatMap(([name, { values }]) =>
      samples(values)
        .slice(0, 1)
        .map((first) => [name, first]),
    ),
  );
  const variants = [...objects.properties].flatMap(([name, { values }]) =>
    samples(values, hintsFor(name)).map((value) => ({ [name]: value })),
  );
  const foreign = [...new Set(hints.flatMap(({ properties }) => [...properties.keys()])), "other"]
    .filter((name) => !objects.properties.has(name))
    .flatMap((name) => {
      if (objects.additional === true) return ["text", 1, null, {}].map((value) => ({ [name]: value }));
      if (typeof objects.additional !== "object") return [];
      return samples(objects.additional, hintsFor(name)).map((value) => ({ [name]: value }));
    });
  return [{}, firsts, ...variants, ...foreign].flatMap((fields) => objectOf(objects, fields) ?? []);
}

/** An object with `fields`, all required ones, and as few others as possible; undefined as above. */
export function objectOf(objects: Objects, fields: JsonObject): JsonObject | undefined {
  // Maps, since a field may have the name of a property that every object inherits.
  const given = new Map(Object.entries(fields));
  const object = new Map<string, JsonValue>();
  for (const [name, { required, values }] of objects.properties) {
    if (!given.has(name) && !required) continue;
    const value = given.get(name) ?? samples(values)[0];
    if (value === undefined) return undefined;
    object.set(name, value);
  }
  for (const [name, value] of given) object.set(name, value);
  for (const [name, { values }] of objects.properties) {
    if (object.size >= objects.minProperties) break;
    const [value] = samples(values);
    if (!object.has(name) && value !== undefined) object.set(name, value);
  }
  const { additional } = objects;
  const [filler] = additional === true ? ["text"] : typeof additional === "object" ? samples(additional) : [];
  for (let index = 1; object.size < objects.minProperties; index++) {
    if (filler === undefined) return undefined;
    object.set(`key${index}`, filler);
  }
  return Object.fromEntries(object);
}

function unique<Value extends JsonValue>(values: readonly Value[]): Value[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}
