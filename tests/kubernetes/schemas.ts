/** The schemas of Kubernetes' own objects, and of the operators' objects. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "@orders/stack";
import { Ajv } from "ajv";
import { parse } from "yaml";
import type { Manifest } from "./manifests.ts";

/** Throws for a wrong object. */
export type Check = (manifest: Manifest) => void;

const operators: Readonly<Record<string, string>> = {
  "monitoring.coreos.com": "@kubernetes-models/prometheus-operator/monitoring.coreos.com",
};

/** The module with the type of an object that belongs to Kubernetes or the Prometheus Operator. */
export function moduleOf({ apiVersion, kind }: Manifest): string | undefined {
  const [group = "", version] = apiVersion.split("/");
  const folder = operators[group];
  if (folder !== undefined) return `${folder}/${version}/${kind}`;
  const isBuiltIn = !group.includes(".") || group.endsWith(".k8s.io");
  return isBuiltIn ? `kubernetes-models/${apiVersion}/${kind}` : undefined;
}

export async function builtInCheck(module: string): Promise<Check> {
  const models: Record<string, new (manifest: Manifest) => { validate(): void }> = await import(module);
  const Model = models[module.split("/").at(-1) ?? ""];
  if (!Model) throw new Error(`${module} has no model`);
  return (manifest) => new Model(manifest).validate();
}

/** Folder with the CustomResourceDefinitions from the operators' releases. */
const folder = process.env.KUBERNETES_CRDS || join(root, "../shared/kubernetes/crds");

export const hasOperatorSchemas = existsSync(folder);

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
}

interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

const compiled = new Map<string, Check>();

/** Compiled on demand, since each takes a second. @param what apiVersion and kind @throws Error without a schema */
export function operatorCheck(what: string): Check {
  const check = compiled.get(what) ?? compile(what);
  compiled.set(what, check);
  return check;
}

function compile(what: string): Check {
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
    const text = readFileSync(join(folder, name), "utf8");
    // Parsing one takes up to a second.
    if (!text.includes(`\n    kind: ${what.split(" ")[1]}\n`)) continue;
    const { spec }: Definition = parse(text);
    const version = spec.versions.find((one) => `${spec.group}/${one.name} ${spec.names.kind}` === what);
    if (!version) continue;
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const validate = ajv.compile(closed(version.schema.openAPIV3Schema, 0));
    return (manifest) => {
      if (!validate(manifest)) throw new Error(ajv.errorsText(validate.errors));
    };
  }
  throw new Error(`no file in ${folder} defines ${what}`);
}

/** Refuses fields that the schema does not name, which the API server would drop silently. */
function closed(schema: Schema, depth: number): Schema {
  const { properties, items, additionalProperties } = schema;
  const inner = (one: Schema) => closed(one, depth + 1);
  // The root and `metadata` have fields of every object, which CRDs do not repeat.
  const isOpen =
    schema["x-kubernetes-preserve-unknown-fields"] === true ||
    additionalProperties !== undefined ||
    (depth === 1 && properties === undefined);
  return {
    ...schema,
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, inner(one)])),
      ...(!isOpen && { additionalProperties: false }),
    }),
    ...(items && { items: inner(items) }),
    ...(typeof additionalProperties === "object" && { additionalProperties: inner(additionalProperties) }),
  };
}
