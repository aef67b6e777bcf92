/** The type of a command, and helpers shared by commands. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";

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
  readonly options: Options;
  /** Exit code of an error: 2 for a command whose 1 is a negative result. @default 1 */
  readonly failure?: number;
  /** @returns the exit code */
  run(values: Readonly<Record<string, string | boolean | undefined>>): Promise<number>;
}

/** A command with options of its own: one that it does not declare is refused. */
export function defineCommand<const Declared extends Options>(
  command: Omit<Command, "run"> & {
    readonly options: Declared;
    run(values: Values<Declared>): Promise<number>;
  },
): Command {
  // parseArgs gives each option the type that it is declared with.
  return { ...command, run: (values) => command.run(values as Values<Declared>) };
}

export async function run(name: string, command: Command, args: readonly string[]): Promise<number> {
  const failure = command.failure ?? 1;
  try {
    const options: ParseArgsConfig["options"] = { help: { type: "boolean" } };
    for (const [option, { type }] of Object.entries(command.options)) options[option] = { type };
    const { values } = parseArgs({ args: [...args], options, strict: true });
    if (values.help === true) {
      console.log(help(name, command));
      return 0;
    }
    return await command.run(values as Parameters<Command["run"]>[0]);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return failure;
  }
}

function help(name: string, { summary, options }: Command): string {
  const lines = Object.entries(options).map(
    ([option, { value, about }]) => `  --${option}${value ? ` ${value}` : ""}`.padEnd(26) + about,
  );
  return [`Usage: rabbit-contract ${name} [options]: ${summary}`, ...lines].join("\n");
}

export const contractOption = {
  contract: {
    type: "string",
    value: "FILE",
    about: "the AsyncAPI document (default asyncapi.yaml, here or in the folder asyncapi)",
  },
} as const;

export const outOption = {
  out: { type: "string", value: "FOLDER", about: "output folder (default generated)" },
} as const;

export const releasesOption = {
  releases: {
    type: "string",
    value: "FOLDER",
    about: "folder of the released contracts (default releases beside the contract)",
  },
} as const;

export const brokerOptions = {
  definitions: {
    type: "string",
    value: "FILE",
    about: "the generated definitions (default generated/rabbitmq/definitions.json)",
  },
  "virtual-host": { type: "string", value: "NAME", about: 'virtual host on the broker (default "/")' },
  "user-prefix": {
    type: "string",
    value: "TEXT",
    about: "prefix of the services' users (default none)",
  },
} as const;

/** Options of both topology commands; the broker's URL comes from the environment, because it contains a password. */
export function brokerPlace(values: Values<typeof brokerOptions>) {
  const managementUrl = process.env.RABBITMQ_MANAGEMENT_URL;
  if (!managementUrl) {
    throw new Error(
      "RABBITMQ_MANAGEMENT_URL is not set: set it to the broker's management API, e.g. http://admin:password@localhost:15672",
    );
  }
  return {
    definitionsFile: values.definitions ?? "generated/rabbitmq/definitions.json",
    managementUrl,
    virtualHost: values["virtual-host"] ?? "/",
    userPrefix: values["user-prefix"] ?? "",
  };
}

/** The places of a contract and its releases. */
export function placesOf(values: Values<typeof contractOption & typeof releasesOption>) {
  const contract = contractFile(values);
  return { contract, releases: values.releases ?? join(dirname(contract), "releases") };
}

export function contractFile({ contract }: Values<typeof contractOption>): string {
  if (contract !== undefined) return contract;
  const found = [".", "asyncapi"]
    .map((folder) => join(folder, "asyncapi.yaml"))
    .find((file) => existsSync(file));
  if (found !== undefined) return found;
  throw new Error(
    "there is no asyncapi.yaml here or in the folder asyncapi: name the contract with --contract FILE",
  );
}
