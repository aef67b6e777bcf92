/** Every generated file of a contract, by its path below the output folder. */
import type { Contract } from "../../contract.ts";
import { definitionsOf } from "../../topology/definitions.ts";
import { type KubernetesPlace, kubernetesTopology } from "../../topology/kubernetes.ts";
import { serviceModule } from "../names.ts";
import { formatted } from "./format.ts";
import { messagesFile } from "./messages.ts";
import { serviceFile } from "./service.ts";
import { bannerText, runtimeModule } from "./text.ts";
import { topologyFile } from "./topology.ts";

export interface GenerateOptions {
  /** Module that generated code imports the runtime from. @default "@rabbit-contract/messaging" */
  readonly runtime?: string | undefined;
  /** Also writes the broker users and permissions for Kubernetes. @default not written */
  readonly kubernetes?: KubernetesPlace | undefined;
}

export function generatedFiles(
  contract: Contract,
  { runtime = runtimeModule, kubernetes }: GenerateOptions = {},
): ReadonlyMap<string, string> {
  const files = new Map([
    ["messages.ts", messagesFile(contract)],
    ...contract.services.map(
      (service) => [`${serviceModule(service)}.ts`, serviceFile(contract, service)] as const,
    ),
    ["topology.ts", topologyFile(contract)],
    ["rabbitmq/definitions.json", definitionsFile(contract)],
  ]);
  const code = formatted(runtime === runtimeModule ? files : importing(runtime, files));
  return kubernetes ? new Map([...code, ...kubernetesFiles(contract, kubernetes)]) : code;
}

/**
 * The files with another runtime module. This comes before formatting, since the module's name changes the length of
 * lines.
 */
function importing(runtime: string, files: ReadonlyMap<string, string>): Map<string, string> {
  const imports = new RegExp(`^(import .* from "|\\} from ")${runtimeModule}(?=["/])`, "gm");
  return new Map(
    [...files].map(([path, text]) => [path, text.replaceAll(imports, (_, start) => start + runtime)]),
  );
}

/** JSON has no comments; RabbitMQ ignores a key that it does not know. */
function definitionsFile(contract: Contract): string {
  return `${JSON.stringify({ "//": bannerText(contract), ...definitionsOf(contract) }, null, 2)}\n`;
}

/** With a kustomization, so that others can name the folder among their resources. */
function kubernetesFiles(contract: Contract, place: KubernetesPlace): [path: string, text: string][] {
  const start = `# ${bannerText(contract)}\n`;
  return [
    ["kubernetes/topology.yaml", start + kubernetesTopology(contract, place)],
    [
      "kubernetes/kustomization.yaml",
      `${start}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [topology.yaml]\n`,
    ],
  ];
}
