import type { Arguments, ExchangeType } from "./topology.ts";

/** A queue's binding to an exchange; a fanout exchange ignores both parts, a headers exchange ignores the key. */
export interface BindingPattern {
  readonly routingKey: string;
  readonly arguments?: Arguments;
}

/** What an exchange looks at to route a message. */
export interface Routable {
  readonly routingKey: string;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/**
 * Whether an exchange of this type routes `message` through `binding`, as RabbitMQ decides it.
 *
 * | type    | routes when                                                                                    |
 * | ------- | ---------------------------------------------------------------------------------------------- |
 * | direct  | the keys are equal                                                                              |
 * | topic   | the binding's key matches word by word: `*` is one word, `#` any number of words, even none      |
 * | fanout  | always                                                                                          |
 * | headers | all (`x-match: all`, the default) or any of the binding's arguments are among the headers; those starting with `x-` count only for `all-with-x` and `any-with-x` |
 */
export function routes(type: ExchangeType, binding: BindingPattern, message: Routable): boolean {
  switch (type) {
    case "direct":
      return binding.routingKey === message.routingKey;
    case "topic":
      return matchesWords(wordsOf(binding.routingKey), wordsOf(message.routingKey));
    case "fanout":
      return true;
    case "headers":
      return matchesHeaders(binding.arguments ?? {}, message.headers ?? {});
  }
}

function wordsOf(key: string): readonly string[] {
  return key === "" ? [] : key.split(".");
}

/** By position: which prefixes of the key the pattern read so far matches; linear in the pattern for each word. */
function matchesWords(pattern: readonly string[], words: readonly string[]): boolean {
  let reached = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (part === "#") for (let end = at; end <= words.length; end++) next.add(end);
      else if (at < words.length && (part === "*" || part === words[at])) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(words.length);
}

function matchesHeaders(args: Arguments, headers: NonNullable<Routable["headers"]>): boolean {
  const { "x-match": match = "all", ...others } = args;
  const withX = match === "all-with-x" || match === "any-with-x";
  const conditions = Object.entries(others).filter(([key]) => withX || !key.startsWith("x-"));
  const holds = ([key, value]: (typeof conditions)[number]) =>
    Object.hasOwn(headers, key) && headers[key] === value;
  return match === "any" || match === "any-with-x" ? conditions.some(holds) : conditions.every(holds);
}
