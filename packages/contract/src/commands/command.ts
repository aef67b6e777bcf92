/** The type of a command, its help, and how its arguments are read. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { ContractError } from "../document.ts";
import { listed } from "../listed.ts";
import { problemOf } from "../problem.ts";

export interface Option {
  readonly type: "string" | "boolean";
  /** Shown in the help after the option, e.g. `FILE`. */
  readonly value?: string;
  readonly about: string;
}

export type Options = Readonly<Record<string, Option>>;

export type Values<Declared extends Options> = {
  readonly [Name in keyof Declared]?: Declared[Name]["type"] extends "boolean" ? boolean : string;
};

export interface Command {
  readonly summary: string;
  /** Further sentences in the help. */
  readonly details?: string;
  /** Positional arguments by their names in the help; all are optional. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly options: Options;
  /** What each exit code means. */
  readonly exitCodes: Readonly<Record<0 | 1 | 2, string>>;
  /** Exit code for a contract with findings: 2 if they prevent the command from giving an answer. @default 1 */
  readonly onFindings?: 2;
  /** Each one a command line without the program's name, and what it is for. */
  readonly examples: Readonly<Record<string, string>>;
  /** @returns the exit code */
  run(
    values: Readonly<Record<string, string | boolean | undefined>>,
    ...parameters: readonly (string | undefined)[]
  ): Promise<number>;
}

/** A command with its own options; any that it does not declare are refused. */
export function defineCommand<const Declared extends Options>(
  command: Omit<Command, "run"> & {
    readonly options: Declared;
    run(values: Values<Declared>, ...parameters: readonly (string | undefined)[]): Promise<number>;
  },
): Command {
  // parseArgs gives each option its declared type.
  return { ...command, run: (values, ...rest) => command.run(values as Values<Declared>, ...rest) };
}

/** A command line that cannot be understood. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * @param others names of the commands that have an option, for the hint at one that this command does not have
 * @returns the exit code: 2 for everything but findings that keeps the command from its answer
 */
export async function run(
  name: string,
  command: Command,
  args: readonly string[],
  others: (option: string) => Promise<readonly string[]>,
): Promise<number> {
  try {
    const { values, positionals } = await parsed(command, args, others);
    if (values.help === true) {
      console.log(help(name, command));
      return 0;
    }
    return await command.run(values, ...positionals);
  } catch (error) {
    console.error(problemOf(error));
    if (error instanceof UsageError) console.error(`rabbit-contract ${name} --help shows how to call it`);
    return error instanceof ContractError ? (command.onFindings ?? 1) : 2;
  }
}

type Parsed = {
  readonly values: Readonly<Record<string, string | boolean | undefined>>;
  readonly positionals: readonly string[];
};

async function parsed(
  command: Command,
  args: readonly string[],
  others: (option: string) => Promise<readonly string[]>,
): Promise<Parsed> {
  const options: NonNullable<ParseArgsConfig["options"]> = { help: { type: "boolean", short: "h" } };
  for (const [option, { type }] of Object.entries(command.options)) options[option] = { type };
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const having = await others(token.name);
    const hint = having.length > 0 ? `: it belongs to ${listed(having, "or")}` : "";
    throw new UsageError(`unknown option ${token.rawName}${hint}`);
  }
  let result: Parsed;
  try {
    result = parseArgs({ args: [...args], options, allowPositionals: true }) as Parsed;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const names = Object.keys(command.parameters);
  const extra = result.positionals[names.length];
  if (extra !== undefined) {
    throw new UsageError(
      `unexpected "${extra}": the command takes ${names.length === 0 ? "options only" : `${listed(names)} at most`}`,
    );
  }
  return result;
}

function help(
  name: string,
  { summary, details = "", parameters, options, exitCodes, examples }: Command,
): string {
  const names = Object.keys(parameters).map((parameter) => ` [${parameter}]`);
  const rows = [
    ...Object.entries(parameters),
    ...Object.entries(options).map(([option, { value, about }]) => [
      `--${option}${value ? ` ${value}` : ""}`,
      about,
    ]),
  ];
  return [
    `Usage: rabbit-contract ${name}${names.join("")} [options]`,
    "",
    `${summary.charAt(0).toUpperCase()}${summary.slice(1)}. ${details}`.trim(),
    "",
    ...rows.map(([option = "", about]) => `  ${option.padEnd(24)}${about}`),
    "",
    `Exit code: ${Object.entries(exitCodes)
      .map(([code, meaning]) => `${code} ${meaning}`)
      .join(", ")}`,
    "",
    ...Object.entries(examples).flatMap(([line, purpose]) => [
      `  ${purpose}:`,
      `    rabbit-contract ${line}`,
    ]),
  ].join("\n");
}

export const releasesOption = {
  releases: {
    type: "string",
    value: "FOLDER",
    about: "the released contracts (default: as configured, else releases beside the document)",
  },
} as const;

export const remoteOption = {
  "allow-remote": { type: "boolean", about: "fetch what the document refers to by URL (default: refused)" },
} as const;

export const documentParameter = {
  DOCUMENT: "the AsyncAPI document (default: as configured, else asyncapi.yaml)",
} as const;
