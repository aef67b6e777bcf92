/** Every generated file of a contract, by its path below the output folder. */
import type { Contract } from "../../contract.ts";
import { definitionsFile } from "./definitions.ts";
import { formatted } from "./format.ts";
import { messagesFile } from "./messages.ts";
import { serviceFile } from "./service.ts";
import { topologyFile } from "./topology.ts";

export function generatedFiles(contract: Contract): ReadonlyMap<string, string> {
  const files = new Map([
    ["messages.ts", messagesFile(contract)],
    ...contract.services.map((service) => [`${service.name}.ts`, serviceFile(contract, service)] as const),
    ["topology.ts", topologyFile(contract)],
    ["rabbitmq/definitions.json", definitionsFile(contract)],
  ]);
  return formatted(files);
}
