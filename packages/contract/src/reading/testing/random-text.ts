/** For tests: documents with random changes, to their values and to their text. */
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { childOf, isObject, type JsonValue, pointerOf, segmentsOf, setOwn } from "../../json.ts";

/** What a value may become, wherever it stands. */
const values: readonly JsonValue[] = [
  null,
  true,
  0,
  -1.5,
  "",
  "x",
  "#/channels",
  "constructor",
  "__proto__",
  "{a}.*.#",
  [],
  {},
  [null],
  [[]],
  { "": "" },
  { $ref: "" },
  { $ref: "#" },
  { $ref: "#/" },
  { $ref: 1 },
  { $ref: "#/components/schemas" },
  { type: ["string", "null"] },
  { type: "object", properties: { hasOwnProperty: true } },
];

/** `text`, a document, with one to four changes to its values. */
export function withOtherValues(text: string): fc.Arbitrary<string> {
  const document: JsonValue = parse(text);
  return fc
    .array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 4 })
    .map((choices) => stringify(choices.reduce((root, choice) => changed(root, ...choice), document)));
}

function changed(root: JsonValue, place: number, change: number, other: number): JsonValue {
  const pointers = pointersIn(root, "");
  const [pointer, source] = [place, other].map((at) => pointers[at % pointers.length] ?? "");
  const copy = structuredClone(root);
  const segments = segmentsOf(pointer ?? "");
  const key = segments.pop();
  const owner = segments.reduce<JsonValue | undefined>(childOf, copy);
  if (key === undefined || typeof owner !== "object" || owner === null) return copy;
  const moved = structuredClone(
    segmentsOf(source ?? "").reduce<JsonValue | undefined>(childOf, root) ?? null,
  );
  const alternatives: readonly JsonValue[] = [...values, moved, { $ref: `#${source}` }];
  const value = alternatives[change % (alternatives.length + 2)];
  if (Array.isArray(owner)) {
    if (value === undefined) owner.splice(Number(key), 1);
    else owner[Number(key)] = value;
  } else if (isObject(owner)) {
    const old = owner[key];
    if (value === undefined) delete owner[key];
    else setOwn(owner, key, value);
    // A key of another name.
    if (change % (alternatives.length + 2) === alternatives.length + 1)
      setOwn(owner, `${key}${other % 7}`, old ?? null);
  }
  return copy;
}

function pointersIn(value: JsonValue, pointer: string): string[] {
  if (typeof value !== "object" || value === null) return [pointer];
  return [
    pointer,
    ...Object.entries(value).flatMap(([key, item]) => pointersIn(item, pointer + pointerOf(key))),
  ];
}

/** `text` with one to four changes that know nothing of YAML. */
export function withOtherCharacters(text: string): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(
      "\n",
      "  ",
      "\t",
      ":",
      "- ",
      "&a ",
      "*a",
      "<<: *a",
      "{",
      "[",
      '"',
      "'",
      "|",
      "!!set",
      "%YAML 1.1\n---\n",
      "\u0000",
      "#",
    ),
    fc.string({ maxLength: 5, unit: "binary" }),
    fc.tuple(fc.nat(text.length), fc.nat(80)).map(([start, length]) => text.slice(start, start + length)),
  );
  return fc
    .array(fc.tuple(fc.nat(text.length), fc.nat(20), piece), { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce((now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut), text),
    );
}

/** A list of scalars that look like numbers, truth values, nothing or text. */
export const scalarTexts: fc.Arbitrary<string> = fc
  .array(
    fc.stringMatching(
      /^(?:[-+]?[0-9.]{1,3}(?:[eE][-+]?[0-9])?|0[xob][0-9a-f]{1,3}|~|[nN](?:ull|aN|o)|[tT]rue|TRUE|[fF]alse|yes|on)$/,
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((scalars) => scalars.map((scalar) => `- ${scalar}\n`).join(""));

/** A mapping into which others are merged, or what cannot be merged. */
export const mergeTexts: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom("*map", "*other", "*list", "*text", "{ c: 4 }", "5", "null", "[]"),
    fc.constantFrom("", ", *other", ", *text", ", 5"),
    fc.constantFrom("", ", a: 0"),
  )
  .map(([source, more, own]) => {
    const merged = more === "" ? source : `[${source}${more}]`;
    return `- &map { a: 1, b: [2] }\n- &other { a: 3, c: {} }\n- &list [*map]\n- &text x\n- { <<: ${merged}${own} }\n`;
  });
