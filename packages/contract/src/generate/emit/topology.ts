/** `topology.ts`: everything the contract puts on the broker. For tools and tests; services read their own part. */
import type { Contract } from "../../contract.ts";
import { systemTopology } from "../../topology/model.ts";
import { banner, comment, literal, runtimeModule } from "./text.ts";

export function topologyFile(contract: Contract): string {
  const services = contract.services.map((service) => service.name);
  return [
    banner(contract),
    `import type { SystemTopology } from "${runtimeModule}";\n\n`,
    comment("The services of the system; also the names of their broker users."),
    `export const services = ${literal(services)} as const;\n\n`,
    comment("Every exchange and queue of the contract, with arguments and bindings."),
    `export const topology: SystemTopology = ${literal(systemTopology(contract))};\n`,
  ].join("");
}
