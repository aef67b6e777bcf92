/**
 * `rabbit-contract.config.ts`, `.js` or `.json` in the current folder: settings that would otherwise be repeated for
 * every command.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { listed } from "./listed.ts";
import type { Profile } from "./rules/index.ts";

const closed = { additionalProperties: false };
const file = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

const Config = Type.Object(
  {
    document: file("The AsyncAPI document that commands work on when none is named."),
    out: file("Folder of the generated code."),
    runtime: Type.Optional(
      Type.String({
        pattern: "^[^\"'\\\\\\s]+$",
        description: "Module that generated code imports instead of @rabbit-contract/messaging.",
      }),
    ),
    releases: file("Folder of the released contracts."),
    pacts: file("Folder of the consumers' pacts."),
    severities: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.Literal("error"), Type.Literal("advice")]), {
        description: "Severities by the names of rules, where they differ from the rules' own.",
      }),
    ),
    exceptions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            rule: Type.String({ minLength: 1, description: "Name of the rule." }),
            at: Type.Optional(
              Type.String({
                description: "JSON pointer to what it is about. By default the whole document.",
              }),
            ),
            reason: Type.String({ minLength: 1 }),
            until: Type.String({
              pattern: "^\\d{4}-\\d{2}-\\d{2}$",
              description: "The last day on which it holds; afterwards it is an error.",
            }),
          },
          closed,
        ),
        { description: "Findings that are accepted for a while." },
      ),
    ),
    kubernetes: Type.Optional(
      Type.Object(
        {
          cluster: Type.Optional(
            Type.String({ minLength: 1, description: "Name of the RabbitmqCluster. By default rabbitmq." }),
          ),
          virtualHost: Type.Optional(
            Type.String({ minLength: 1, description: 'Virtual host on the broker. By default "/".' }),
          ),
        },
        {
          ...closed,
          description: "With it, generate also writes broker users and permissions for Kubernetes.",
        },
      ),
    ),
    catalogue: Type.Optional(
      Type.Object(
        {
          out: file("Folder of the HTML catalogue."),
          stories: file("The order in which messages follow each other: a YAML file."),
        },
        closed,
      ),
    ),
  },
  closed,
);

/** Paths are relative to the configuration's folder. */
export type Config = Static<typeof Config>;

/** The document of a command, and the settings that apply to it. */
export interface Project extends Omit<Config, "document" | "severities" | "exceptions"> {
  readonly document: string;
  readonly releases: string;
  /** What counts as an error. */
  readonly profile: Profile;
  /** Whether to fetch what the document references by URL. */
  readonly allowRemote: boolean;
}

/** The last is what `init` writes. */
export const configNames = ["ts", "mts", "js", "mjs", "json"].map(
  (extension) => `rabbit-contract.config.${extension}`,
);

/**
 * @param named the document on the command line. The folders of the configuration belong to the document of the
 * configuration: what is generated from another one must not replace its files.
 * @throws Error that says how to name the document, or what is wrong with the configuration
 */
export async function projectOf(named?: string, allowRemote = false): Promise<Project> {
  const config = await readConfig(".");
  const document = named ?? config.document ?? "asyncapi.yaml";
  if (named === undefined && config.document === undefined && !existsSync(document)) {
    throw new Error(
      "no AsyncAPI document: name it, or make it the `document` of rabbit-contract.config.json",
    );
  }
  if (!existsSync(document)) throw new Error(`cannot read ${document}: there is no such file`);
  const isOwn = config.document === undefined || resolve(config.document) === resolve(document);
  const {
    severities = {},
    exceptions = [],
    ...own
  }: Config = isOwn ? config : { ...(config.runtime && { runtime: config.runtime }) };
  const place = (index: number) => ({
    file: configurations(".")[0] ?? "",
    line: 1,
    pointer: `/exceptions/${index}`,
  });
  return {
    ...own,
    document,
    allowRemote,
    releases: own.releases ?? join(dirname(document), "releases"),
    profile: {
      severities,
      exceptions: exceptions.map((exception, index) => ({ at: "", ...exception, place: place(index) })),
    },
  };
}

function configurations(folder: string): string[] {
  return configNames.filter((name) => existsSync(join(folder, name)));
}

/** @returns the configuration of `folder`, empty where there is none; folders above are not searched */
async function readConfig(folder: string): Promise<Config> {
  const found = configurations(folder);
  const [name] = found;
  if (name === undefined) return {};
  if (found.length > 1) throw new Error(`more than one configuration: keep one of ${listed(found)}`);
  const value = await load(resolve(folder, name));
  if (Value.Check(Config, value)) return value;
  const error = Value.Errors(Config, value).First();
  throw new Error(`${name} ${error?.path || "/"}: ${error?.message}`);
}

async function load(path: string): Promise<unknown> {
  try {
    if (path.endsWith(".json")) return JSON.parse(readFileSync(path, "utf8"));
    const module: { default?: unknown } = await import(pathToFileURL(path).href);
    return module.default;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`cannot load ${path}: ${reason}`, { cause: error });
  }
}
