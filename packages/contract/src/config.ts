/**
 * `rabbit-contract.config.ts`, `.js` or `.json` in the current folder: settings that would otherwise be repeated for
 * every command.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Static, Type } from "@sinclair/typebox";
import { Ajv } from "ajv";
import { type Finding, formatFinding, type Place } from "./finding.ts";
import { isObject, type JsonObject, mapping, segmentsOf } from "./json.ts";
import { listed } from "./listed.ts";
import type { Origins } from "./reading/origins.ts";
import { problemsOf } from "./reading/schema-problems.ts";
import { Tree } from "./reading/tree.ts";
import { readYaml } from "./reading/yaml.ts";
import type { Profile } from "./rules/index.ts";

const closed = { additionalProperties: false };
/** @param description what to set it to */
const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }));

const Config = Type.Object(
  {
    document: text("the AsyncAPI document that commands use when none is named"),
    out: text("the folder of the generated code"),
    runtime: Type.Optional(
      Type.String({
        pattern: "^[^\"'\\\\\\s]+$",
        description: "the module that generated code imports instead of @rabbit-contract/messaging",
      }),
    ),
    releases: text("the folder of the released contracts"),
    pacts: text("the folder of the consumers' pacts"),
    severities: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Unsafe<"error" | "advice">({ enum: ["error", "advice"], description: '"error" or "advice"' }),
        { description: "the severities of rules by their names, where they differ from the rules' own" },
      ),
    ),
    exceptions: Type.Optional(
      Type.Array(
        Type.Object(
          {
            rule: Type.String({ minLength: 1, description: "the name of the rule" }),
            at: Type.Optional(
              Type.String({
                description: "the JSON pointer to what it is about, by default the whole document",
              }),
            ),
            reason: Type.String({ minLength: 1, description: "the reason why the finding is accepted" }),
            until: Type.String({
              pattern: "^\\d{4}-\\d{2}-\\d{2}$",
              description: "the last day on which it holds, e.g. 2027-01-31; afterwards it is an error",
            }),
          },
          { ...closed, description: "a mapping of rule, reason, until and, optionally, at" },
        ),
        { description: "a list of findings that are accepted for a while" },
      ),
    ),
    kubernetes: Type.Optional(
      Type.Object(
        {
          cluster: text("the name of the RabbitmqCluster, by default rabbitmq"),
          virtualHost: text('the virtual host on the broker, by default "/"'),
        },
        {
          ...closed,
          description:
            "a mapping, with which generate also writes broker users and permissions for Kubernetes",
        },
      ),
    ),
    catalogue: Type.Optional(
      Type.Object(
        {
          out: text("the folder of the HTML catalogue"),
          stories: text("the YAML file with the order in which messages follow each other"),
        },
        { ...closed, description: "a mapping of out and stories" },
      ),
    ),
  },
  { ...closed, description: "a mapping of settings" },
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
 * @throws Error that says how to name the document, or everything that is wrong with the configuration
 */
export async function projectOf(named?: string, allowRemote = false): Promise<Project> {
  const { config, place } = await readConfig(".");
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
  return {
    ...own,
    document,
    allowRemote,
    releases: own.releases ?? join(dirname(document), "releases"),
    profile: {
      severities,
      exceptions: exceptions.map((exception, index) => ({
        at: "",
        ...exception,
        place: place(`/exceptions/${index}`),
      })),
    },
  };
}

interface Read {
  readonly config: Config;
  /** The place of a setting, in its own line where the configuration is JSON. */
  place(pointer: string): Place;
}

/** @returns the configuration of `folder`, empty where there is none; folders above are not searched */
async function readConfig(folder: string): Promise<Read> {
  const found = configNames.filter((name) => existsSync(join(folder, name)));
  const [file] = found;
  if (file === undefined) return { config: {}, place: (pointer) => ({ file: "", line: 1, pointer }) };
  if (found.length > 1) throw new Error(`more than one configuration: keep one of ${listed(found)}`);
  const origins: Origins = new WeakMap();
  const value = file.endsWith(".json")
    ? parsed(file, readFileSync(resolve(folder, file), "utf8"), origins)
    : await imported(file, resolve(folder, file));
  const tree = new Tree(mapping(value), origins);
  const place = (pointer: string): Place => ({ file, line: tree.line(pointer).line, pointer });
  const problem = (pointer: string, message: string, fix: string): Finding => ({
    rule: "configuration",
    ...place(pointer),
    message,
    fix,
  });
  const validate = new Ajv({ allErrors: true, verbose: true, strict: true }).compile<Config>(Config);
  if (!validate(value)) {
    throw new ConfigError(
      problemsOf(validate.errors ?? []).map(({ pointer, message, fix }) =>
        problem(pointer, message, fix ?? fixOf(pointer)),
      ),
    );
  }
  const names = Object.entries(value.severities ?? {});
  const { rules } = names.length > 0 ? await import("./rules/index.ts") : { rules: [] };
  const wrong = names.flatMap(([name, severity]) => {
    const rule = rules.find((one) => one.name === name);
    const pointer = `/severities/${name}`;
    if (!rule)
      return problem(
        pointer,
        `there is no rule "${name}"`,
        "name a rule as its findings do, e.g. settings-are-honoured",
      );
    if (!rule.isNeeded || severity === "error") return [];
    return problem(
      pointer,
      `"${name}" cannot be advice: no code can be generated without it`,
      "remove it, and fix what the rule reports",
    );
  });
  if (wrong.length > 0) throw new ConfigError(wrong);
  return { config: value, place };
}

class ConfigError extends Error {
  override readonly name = "ConfigError";

  constructor(findings: readonly Finding[]) {
    super(findings.map(formatFinding).join("\n"));
  }
}

function parsed(file: string, text: string, origins: Origins): unknown {
  const { value, findings } = readYaml(file, text, origins);
  const fix = "correct the JSON; an editor shows the place";
  if (findings.length > 0)
    throw new ConfigError(findings.map((finding) => ({ ...finding, rule: "configuration", fix })));
  return value;
}

async function imported(file: string, path: string): Promise<unknown> {
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    const isUnknownType =
      error instanceof Error && "code" in error && error.code === "ERR_UNKNOWN_FILE_EXTENSION";
    const reason = isUnknownType
      ? "Node.js reads TypeScript from version 22.18 on. Use that, or write it as rabbit-contract.config.js or .json"
      : error instanceof Error
        ? error.message
        : String(error);
    throw new Error(`cannot load ${file}: ${reason}`, { cause: error });
  }
  if (module.default === undefined)
    throw new Error(`cannot load ${file}: it exports no settings. Write: export default { … }`);
  return module.default;
}

/** What a setting is for, from its schema. */
function fixOf(pointer: string): string {
  let schema: JsonObject | undefined = JSON.parse(JSON.stringify(Config));
  for (const segment of segmentsOf(pointer)) {
    const { properties, items, patternProperties }: JsonObject = schema ?? {};
    const [each] = Object.values(mapping(patternProperties));
    const inner = isObject(properties) ? properties[segment] : (items ?? each);
    schema = isObject(inner) ? inner : undefined;
  }
  return `set it to ${schema?.description ?? "what the README says"}`;
}
