/** `topology.ts`: the services, and everything the contract puts on the broker. For tools and tests. */
import type { Contract } from "../../contract.ts";
import { literal, render } from "../../schema/layout.ts";
import { serviceConstant } from "../names.ts";
import { banner, file, runtimeModule } from "./text.ts";

export function topologyFile(contract: Contract): string {
  const services = contract.services.map((service) => ({
    module: `./${service.name}.ts`,
    constant: serviceConstant(service),
  }));
  return file([
    ...banner(contract),
    `import { systemTopology } from "${runtimeModule}";`,
    ...services.map(({ module, constant }) => `import { ${constant} } from "${module}";`),
    "",
    "/** The services of the system; also the names of their broker users. */",
    `export const services = ${render(literal(contract.services.map(({ name }) => name)))} as const;`,
    "",
    "/** Every exchange and queue of the contract, with arguments and bindings. */",
    `export const topology = systemTopology([${services.map(({ constant }) => constant).join(", ")}]);`,
  ]);
}
