/** `topology.ts`: the services, and everything the contract puts on the broker. For tools and tests. */
import type { Contract } from "../../contract.ts";
import { literal, literalKey } from "../../schema/source-text.ts";
import { serviceConstant, serviceModule } from "../names.ts";
import { banner, file, runtimeModule } from "./text.ts";

export function topologyFile(contract: Contract): string {
  const names = contract.services.map(({ name }) => name);
  const imports = contract.services.map(
    (service) => `import { ${serviceConstant(service)} } from "./${serviceModule(service)}.ts";`,
  );
  return file([
    ...banner(contract),
    `import { systemTopology } from "${runtimeModule}";`,
    ...imports.sort(),
    "",
    "/** The services of the system; also the names of their broker users. */",
    `export const services = ${literal(names)} as const;`,
    "",
    "/** What each service sends and consumes. */",
    "export const serviceDefinitions = {",
    ...contract.services.map((service) => `  ${literalKey(service.name)}: ${serviceConstant(service)},`),
    "};",
    "",
    "/** Every exchange and queue of the contract, with arguments and bindings. */",
    "export const topology = systemTopology(Object.values(serviceDefinitions));",
  ]);
}
