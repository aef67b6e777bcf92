/**
 * Decides whether one side accepts everything the other may send. Senders are closed (they send no key that their schema does
 * not name), receivers are open (they ignore keys that theirs does not name).
 *
 * An empty result is a proof. A problem with a witness disproves it; a problem without a witness
 * means that neither was found.
 */
import { type JsonValue, pointerOf } from "../../source.ts";
import { admits, fits } from "./accepts.ts";
import { describe, describeValues } from "./describe.ts";
import type { Alternative, Arrays, Objects, Values } from "./model.ts";
import { arrayOf, findWitness, objectOf, samples } from "./samples.ts";
import { accordsWith } from "./scalars.ts";
import { split } from "./split.ts";

export interface Problem {
  /** JSON pointer to its place, with `*` for any array item and any unnamed key. */
  readonly path: string;
  /** What is sent and what is accepted there. */
  readonly message: string;
  /** A value that may be sent and is refused. */
  readonly witness?: JsonValue;
}

export function findProblems(sent: Values, accepted: Values): Problem[] {
  const compared = underway.get(sent) ?? new Set();
  // A recursive schema is contained in another if nothing but itself is left to compare.
  if (compared.has(accepted)) return [];
  underway.set(sent, compared.add(accepted));
  const problems = sent.flatMap((alternative) => problemsOf(alternative, accepted, 0));
  compared.delete(accepted);
  return problems;
}

const underway = new WeakMap<Values, Set<Values>>();

/** Maximum nesting of splits: more would take long, and a schema that needs more is unreadable anyway. */
const deepest = 3;

function problemsOf(sent: Alternative, accepted: Values, depth: number): Problem[] {
  if (accepted.some((alternative) => alternative.kind === "any")) return [];
  if (sent.kind === "literals") return literalProblems(sent.values, accepted);
  const candidates = accepted.filter((alternative) => !areApart(sent, alternative));
  const answers = candidates.map((candidate) => pairProblems(sent, candidate));
  if (answers.some((problems) => problems.length === 0)) return [];
  // If only one object can be meant, comparing parts would hide which field differs.
  const isPlain = sent.kind === "object" && answers.length === 1;
  const parts = isPlain || depth >= deepest ? undefined : split(sent, accepted);
  if (parts) return merged(parts.flatMap((part) => problemsOf(part, accepted, depth + 1)));
  const [only] = answers;
  // A witness against the only alternative of its kind may still fit another one, so each is checked again.
  const problems = only && answers.length === 1 ? only : [whole(sent, accepted)];
  return problems.map(({ witness, ...problem }) =>
    witness !== undefined && isWitness(witness, [sent], accepted) ? { ...problem, witness } : problem,
  );
}

/** Whether clearly no value fits both: different kinds, or a distinguishing property. */
function areApart(sent: Alternative, accepted: Alternative): boolean {
  if (accepted.kind === "unread" || sent.kind === "unread") return false;
  if (sent.kind !== "object" || accepted.kind !== "object") return sent.kind !== accepted.kind;
  return [...sent.properties].some(([name, { required, values }]) => {
    const other = accepted.properties.get(name);
    return (
      required &&
      other !== undefined &&
      values.every(
        (value) =>
          value.kind === "literals" && value.values.every((literal) => !admits(other.values, literal, false)),
      )
    );
  });
}

function literalProblems(values: readonly JsonValue[], accepted: Values): Problem[] {
  const understood = accepted.filter(({ kind }) => kind !== "unread");
  const refused = values.filter((value) => !admits(understood, value, false));
  const [witness] = refused;
  if (witness === undefined) return [];
  const shown = refused.map((value) => JSON.stringify(value)).join(", ");
  const message = `${shown} may be sent, accepted is ${describeValues(accepted)}`;
  return [{ path: "", message, ...(understood.length === accepted.length && { witness }) }];
}

function pairProblems(sent: Alternative, accepted: Alternative): Problem[] {
  if (sent.kind === "array" && accepted.kind === "array") return arrayProblems(sent, accepted);
  if (sent.kind === "object" && accepted.kind === "object") return objectProblems(sent, accepted);
  if (sent.kind === "unread" && accepted.kind === "unread" && sent.text === accepted.text) return [];
  return accordsWith(sent, accepted) ? [] : [whole(sent, [accepted])];
}

/** A problem that can only quote the two sides. */
function whole(sent: Alternative, accepted: Values): Problem {
  const witness = findWitness(sent, accepted);
  const message = `${describe(sent)} may be sent, accepted is ${describeValues(accepted)}`;
  return { path: "", message, ...(witness !== undefined && { witness }) };
}

function isWitness(value: JsonValue, sent: Values, accepted: Values): boolean {
  return admits(sent, value, true) && !admits(accepted, value, false);
}

function arrayProblems(sent: Arrays, accepted: Arrays): Problem[] {
  const problems: Problem[] = [];
  const add = (path: string, message: string, witness: JsonValue | undefined) => {
    const holds = witness !== undefined && fits(sent, witness, true) && !fits(accepted, witness, false);
    problems.push({ path, message, ...(holds && { witness }) });
  };
  if (sent.minItems < accepted.minItems || sent.maxItems > accepted.maxItems) {
    const length = sent.minItems < accepted.minItems ? sent.minItems : accepted.maxItems + 1;
    const message = `${describe({ ...sent, unique: false })} may be sent, accepted is ${describe({ ...accepted, unique: false })}`;
    add("", message, arrayOf(sent, length));
  }
  if (accepted.unique && !sent.unique && sent.maxItems > 1) {
    const [item] = samples(sent.items);
    const twice = item === undefined ? undefined : Array<JsonValue>(Math.max(2, sent.minItems)).fill(item);
    add("", "duplicates may be sent, accepted are none", twice);
  }
  if (sent.maxItems === 0 || accepted.maxItems === 0) return problems;
  for (const { path, message, witness } of findProblems(sent.items, accepted.items)) {
    const array = witness === undefined ? undefined : arrayOf(sent, Math.max(1, sent.minItems), witness);
    add(`/*${path}`, message, array);
  }
  return problems;
}

function objectProblems(sent: Objects, accepted: Objects): Problem[] {
  const [least, most] = sizes(sent);
  // More keys are required than exist, so nothing can be sent.
  if (least > most) return [];
  const problems: Problem[] = [];
  const add = (path: string, message: string, fields: Readonly<Record<string, JsonValue>> | undefined) => {
    const witness = fields && objectOf(sent, fields);
    const holds = witness !== undefined && fits(sent, witness, true) && !fits(accepted, witness, false);
    problems.push({ path, message, ...(holds && { witness }) });
  };
  const allAreThere = least === sent.properties.size && !sent.additional;

  for (const [name, field] of accepted.properties) {
    const own = sent.properties.get(name);
    const isThere = own !== undefined && (own.required || allAreThere);
    if (field.required && !isThere) {
      const absent = own === undefined ? "is not sent" : "may be absent";
      add(`${pointerOf(name)}`, `it ${absent}, and it is required`, {});
    }
  }
  for (const [name, { values }] of sent.properties) {
    const target = accepted.properties.get(name)?.values ?? othersOf(accepted);
    for (const problem of target === undefined ? [] : findProblems(values, target)) {
      const { path, message, witness } = problem;
      add(`${pointerOf(name)}${path}`, message, witness === undefined ? undefined : { [name]: witness });
    }
  }
  for (const problem of othersProblems(sent, accepted)) {
    const { name, path, message, witness } = problem;
    add(path, message, witness === undefined ? undefined : { [name]: witness });
  }
  if (least < accepted.minProperties || most > accepted.maxProperties) {
    const message = `${keys(least, most)} may be sent, accepted are ${keys(accepted.minProperties, accepted.maxProperties)}`;
    const count = least < accepted.minProperties ? least : accepted.maxProperties + 1;
    const witness = samples([{ ...sent, minProperties: Math.min(count, most) }]).find(
      (value) => fits(sent, value, true) && !fits(accepted, value, false),
    );
    problems.push({ path: "", message, ...(witness !== undefined && { witness }) });
  }
  return problems;
}

/** What a receiver accepts under an unnamed key; undefined for anything. */
function othersOf({ additional }: Objects): Values | undefined {
  if (additional === undefined || additional === true) return undefined;
  return additional === false ? [] : additional;
}

/** Problems of unnamed keys that the sender may send. */
function othersProblems(sent: Objects, accepted: Objects): (Problem & { readonly name: string })[] {
  const { additional } = sent;
  if (additional === undefined || additional === false) return [];
  const values = additional === true ? anything : additional;
  const named = [...accepted.properties].filter(([name]) => !sent.properties.has(name));
  const problems = named.flatMap(([name, field]) =>
    findProblems(values, field.values).map((problem) => ({
      ...problem,
      name,
      path: `${pointerOf(name)}${problem.path}`,
    })),
  );
  const others = othersOf(accepted);
  if (others === undefined) return problems;
  const unnamed = findProblems(values, others).map((problem) => ({
    ...problem,
    name: "anything-else",
    path: `/*${problem.path}`,
  }));
  return [...problems, ...unnamed];
}

const anything: Values = [{ kind: "any" }];

/** The minimum and maximum number of keys of an object. */
function sizes(objects: Objects): readonly [least: number, most: number] {
  const fields = [...objects.properties.values()].filter((field) => field.values.length > 0);
  const required = fields.filter((field) => field.required).length;
  const possible = objects.additional ? Number.POSITIVE_INFINITY : fields.length;
  return [Math.max(required, objects.minProperties), Math.min(possible, objects.maxProperties)];
}

function keys(least: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return `${least} keys or more`;
  return least === most ? `${least} keys` : `${least} to ${most} keys`;
}

/** One problem per place and message: parts of a split share many. */
function merged(problems: readonly Problem[]): Problem[] {
  const byText = new Map<string, Problem>();
  for (const problem of problems) {
    const key = `${problem.path} ${problem.message}`;
    if (byText.get(key)?.witness === undefined) byText.set(key, problem);
  }
  return [...byText.values()];
}
