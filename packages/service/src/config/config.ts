/** Reads environment variables. Not with TypeBox: its Value.Convert takes "80.5", "0x50" and "true" for integers. */
import { readFileSync } from "node:fs";

/** An environment variable: its name, its possible values and how to read them. */
export interface Variable<T> {
  readonly name: string;
  readonly description: string;
  /** Reads after "must be": `an integer from 1 to 65535`. */
  readonly expected: string;
  /** undefined when `text` is not what is expected. */
  readonly parse: (text: string) => { readonly value: T } | undefined;
  /** Its value when it is not set, and how `--help` shows that; without it, the variable is required. */
  readonly absent?: { readonly value: T; readonly shown: string };
}

type Variables = Readonly<Record<string, Variable<unknown>>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** What `readConfig` makes of its variables; frozen. */
export type Config<V extends Variables> = {
  readonly [Name in keyof V]: V[Name] extends Variable<infer T> ? T : never;
};

/** Names every variable that is missing or wrong, but never a value, which may be a password. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(problems: readonly string[]) {
    super(["the configuration is wrong:", ...problems].join("\n  "));
  }
}

interface Options<T> {
  readonly description: string;
  /** Without it the variable is required. */
  readonly default?: T;
}

export function text(name: string, options: Options<string>): Variable<string> {
  return { name, expected: "text", parse: (value) => ({ value }), ...common(options, String) };
}

export function integer(
  name: string,
  options: Options<number> & { readonly minimum: number; readonly maximum: number },
): Variable<number> {
  const { minimum, maximum } = options;
  const parse = (given: string) => {
    const value = /^-?\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
    return value >= minimum && value <= maximum ? { value } : undefined;
  };
  return { name, expected: `an integer from ${minimum} to ${maximum}`, parse, ...common(options, String) };
}

export function oneOf<const T extends string>(
  name: string,
  values: readonly T[],
  options: Options<NoInfer<T>>,
): Variable<T> {
  const parse = (given: string) => {
    const value = values.find((one) => one === given);
    return value === undefined ? undefined : { value };
  };
  return { name, expected: `one of ${values.join(", ")}`, parse, ...common(options, String) };
}

/** The text as it was given, once it is known to be a URL with a host. Protocols end in a colon: "amqp:". */
export function url(
  name: string,
  options: Options<string> & { readonly protocols: readonly string[] },
): Variable<string> {
  const { protocols } = options;
  const parse = (value: string) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    return parsed && protocols.includes(parsed.protocol) && parsed.host !== "" ? { value } : undefined;
  };
  const expected = `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(" or ")}`;
  return { name, expected, parse, ...common(options, String) };
}

const UNITS = new Map([
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
]);

/** In milliseconds, as are its default and limits; written with a unit, e.g. `15m`. */
export function duration(
  name: string,
  options: Options<number> & { readonly minimum?: number; readonly maximum?: number },
): Variable<number> {
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = options;
  const parse = (given: string) => {
    const [, amount, unit = ""] = /^(\d{1,9})([a-z]+)$/.exec(given) ?? [];
    const value = Number(amount) * (UNITS.get(unit) ?? Number.NaN);
    return value >= minimum && value <= maximum ? { value } : undefined;
  };
  const limits = [
    ...(minimum > 0 ? [`at least ${showDuration(minimum)}`] : []),
    ...(maximum < Number.POSITIVE_INFINITY ? [`at most ${showDuration(maximum)}`] : []),
  ];
  const expected = ["a duration such as 500ms, 30s, 15m, 2h or 1d", ...limits].join(", ");
  return { name, expected, parse, ...common(options, showDuration) };
}

function showDuration(milliseconds: number): string {
  for (const [unit, size] of UNITS) if (milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  return `${milliseconds}ms`;
}

export function optional<T>(variable: Variable<T>): Variable<T | undefined> {
  return { ...variable, absent: { value: undefined, shown: "none" } };
}

function common<T>({ description, default: value }: Options<T>, show: (value: T) => string) {
  return value === undefined ? { description } : { description, absent: { value, shown: show(value) } };
}

/**
 * Reads `variables` from the environment. For each `X`, `X_FILE` may name a file that holds the value
 * instead (a mounted secret), with or without a line break at its end. Empty counts as not set.
 * @throws ConfigError that names every variable in question
 * @example
 *   const config = readConfig({
 *     port: integer("ORDER_PORT", { description: "HTTP port", default: 8002, minimum: 0, maximum: 65535 }),
 *     databaseUrl: url("ORDER_DATABASE_URL", { description: "…", protocols: ["postgres:", "postgresql:"] }),
 *   });
 */
export function readConfig<const V extends Variables>(
  variables: V,
  environment: Environment = process.env,
): Config<V> {
  const problems: string[] = [];
  const entries = Object.entries(variables).map(([key, variable]) => {
    const found = lookUp(variable, environment);
    if ("problem" in found) problems.push(found.problem);
    return [key, "value" in found ? found.value : undefined];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return Object.freeze(Object.fromEntries(entries));
}

function lookUp(
  variable: Variable<unknown>,
  environment: Environment,
): { value: unknown } | { problem: string } {
  const { name, expected, absent } = variable;
  const fileName = `${name}_FILE`;
  const path = environment[fileName] || undefined;
  let given = environment[name] || undefined;
  if (given !== undefined && path !== undefined) {
    return { problem: `${name} and ${fileName} are both set: remove one` };
  }
  let source = name;
  if (path !== undefined) {
    source = `what ${fileName} points to`;
    try {
      given = readFileSync(path, "utf8").replace(/\r?\n$/, "");
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? error.code : error;
      return { problem: `${fileName} must name a file that can be read: "${path}" gives ${reason}` };
    }
  }
  if (given === undefined || given === "") {
    return (
      absent ?? {
        problem: `${name} is missing: set it, or ${fileName}, to ${expected} (${variable.description})`,
      }
    );
  }
  // Kubernetes sets SHOP_PORT=tcp://… in every pod beside a Service named shop.
  const hint = /^tcp:\/\//.test(given)
    ? "; a Kubernetes service link has set it: use enableServiceLinks: false"
    : "";
  return variable.parse(given) ?? { problem: `${source} must be ${expected}${hint}` };
}

/** A line per variable, for `--help`. */
export function describeConfig(variables: Variables): string {
  const rows = Object.values(variables).map(({ name, description, expected, absent }) => [
    name,
    absent === undefined ? "required" : `default ${absent.shown}`,
    `${description}; ${expected}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [...lines, "Instead of X, X_FILE may name a file that holds the value."].join("\n");
}

/** Returns what is wrong with the variables in combination, as lines to be shown, without their values. */
export type ConfigCheck<V extends Variables> = (config: Config<V>) => readonly string[];

/**
 * `readConfig` for a program: prints the variables and exits with 0 when asked for `--help`; prints what is
 * wrong and exits with 1 when it cannot start.
 */
export function configOrExit<const V extends Variables>(variables: V, check?: ConfigCheck<V>): Config<V> {
  if (process.argv.includes("--help")) {
    console.log(`Environment variables:\n\n${describeConfig(variables)}`);
    process.exit(0);
  }
  try {
    const config = readConfig(variables);
    const problems = check?.(config) ?? [];
    if (problems.length > 0) throw new ConfigError(problems);
    return config;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(`${error.message}\n--help lists every variable.`);
    process.exit(1);
  }
}
