/** Functions that the generated checks call. */

export {
  isBase64,
  isBinary,
  isDate,
  isDateTime,
  isDuration,
  isEmail,
  isHostname,
  isIpv4,
  isIpv6,
  isUri,
  isUuid,
} from "./formats.ts";

/** The first violation that a generated check found. */
export interface Problem {
  /** JSON pointer into the checked value, "" for the value itself. */
  readonly pointer: string;
  /** Reads after the pointer: `must be an integer, got "3"`. */
  readonly message: string;
}

/** The most characters of a value or key that a problem quotes, so that it never carries a payload. */
const quotedLength = 40;

/** True for what JSON writes as an object: not an array, and nothing with a `toJSON`, such as a Date. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !("toJSON" in value && typeof value.toJSON === "function")
  );
}

/** `Array.isArray` without the `any` that it narrows to. */
export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** The own property `name`; undefined when it is absent or only inherited. */
export function own(value: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** `expectation` follows "must be": `at least 1`. */
export function mustBe(expectation: string, value: unknown, pointer = ""): Problem {
  return { pointer, message: `must be ${expectation}, got ${quote(value)}` };
}

/** Number of values that an error message lists before it counts the rest. */
const listedValues = 20;

export function mustBeOneOf(values: ReadonlySet<unknown>, value: unknown, pointer = ""): Problem {
  const listed = [...values].slice(0, listedValues).map((one) => JSON.stringify(one));
  const more = values.size > listedValues ? ` and ${values.size - listedValues} more` : "";
  return mustBe(`one of ${listed.join(", ")}${more}`, value, pointer);
}

/** `expectation` follows "must have": `at least 1 item`. */
export function mustHave(expectation: string, value: unknown, pointer = ""): Problem {
  return { pointer, message: `must have ${expectation}, got ${quote(value)}` };
}

export function mustMatch(pattern: RegExp, value: unknown, pointer = ""): Problem {
  return { pointer, message: `must match the pattern ${pattern.source}, got ${quote(value)}` };
}

export function missing(pointer: string): Problem {
  return { pointer, message: "is missing" };
}

/** The problem of a part, relative to the whole: `prefix` leads from the whole to the part. */
export function within(problem: Problem, prefix: string): Problem {
  return { pointer: prefix + problem.pointer, message: problem.message };
}

/** A key as an escaped segment of a JSON pointer; longer keys than a contract has are cut off with "…". */
export function segment(key: string): string {
  const short = key.length > 2 * quotedLength ? `${key.slice(0, 2 * quotedLength)}…` : key;
  return `/${short.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Refuses the first own key that is not among `names`. An undefined value counts as absent: JSON drops it. */
export function unknownKey(
  value: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
): Problem | undefined {
  for (const key in value) {
    if (names.has(key) || own(value, key) === undefined) continue;
    return { pointer: segment(key), message: "is not named by the contract" };
  }
  return undefined;
}

/** The number of own keys whose value JSON would write. */
export function countKeys(value: Readonly<Record<string, unknown>>): number {
  let count = 0;
  for (const key in value) if (own(value, key) !== undefined) count++;
  return count;
}

/** True when `text` has fewer than `length` code points. */
export function shorterThan(text: string, length: number): boolean {
  if (text.length < length) return true;
  return text.length < 2 * length && codePoints(text) < length;
}

/** True when `text` has more than `length` code points. */
export function longerThan(text: string, length: number): boolean {
  if (text.length <= length) return false;
  return text.length > 2 * length || codePoints(text) > length;
}

function codePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    // The second half of a surrogate pair belongs to the code point before it.
    if ((text.codePointAt(index) ?? 0) > 0xffff) index++;
    count++;
  }
  return count;
}

/** Compares the decimals as written: 0.3 is a multiple of 0.1. */
export function isMultipleOf(value: number, step: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(step)) return value % step === 0;
  const [digits, exponent] = decimal(value);
  const [stepDigits, stepExponent] = decimal(step);
  const common = Math.min(exponent, stepExponent);
  const scaled = digits * 10n ** BigInt(exponent - common);
  return scaled % (stepDigits * 10n ** BigInt(stepExponent - common)) === 0n;
}

/** `-1.25e-7` is -125 × 10⁻⁹. */
function decimal(value: number): [digits: bigint, exponent: number] {
  const [mantissa = "", exponent = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  return [BigInt(whole + fraction), Number(exponent) - fraction.length];
}

/** The index of the first item that equals an earlier one as JSON, in any order of keys; -1 when there is none. */
export function duplicateIndex(items: readonly unknown[]): number {
  const scalars = new Set<unknown>();
  const structures = new Set<string>();
  for (const [index, item] of items.entries()) {
    if (typeof item !== "object" || item === null) {
      if (scalars.has(item)) return index;
      scalars.add(item);
    } else {
      const text = canonical(item);
      if (structures.has(text)) return index;
      structures.add(text);
    }
  }
  return -1;
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const keys = Object.keys(value).filter((key) => own(value, key) !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(own(value, key))}`)
    .join(",")}}`;
}

/**
 * The problem when none of several alternatives holds; undefined when one does. All alternatives have been evaluated, so
 * this is for unions without a discriminator.
 */
export function anyOf(problems: readonly (Problem | undefined)[]): Problem | undefined {
  const alternatives: string[] = [];
  for (const problem of problems) {
    if (!problem) return undefined;
    alternatives.push(problem.pointer === "" ? problem.message : `${problem.pointer} ${problem.message}`);
  }
  return { pointer: "", message: `fits none of its alternatives: ${alternatives.join("; or ")}` };
}

/** A value in an error message: scalars as shortened JSON, structures only by their kind. */
function quote(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > quotedLength
        ? `${JSON.stringify(value.slice(0, quotedLength))}… (${value.length} characters)`
        : JSON.stringify(value);
    case "object":
      if (value === null) return "null";
      if (isArray(value)) return `an array of ${value.length} ${value.length === 1 ? "item" : "items"}`;
      return isObject(value) ? "an object" : `a ${value.constructor?.name ?? "value with a toJSON"}`;
    case "bigint":
      return "a bigint";
    case "function":
      return "a function";
    case "symbol":
      return "a symbol";
    default:
      return String(value);
  }
}
