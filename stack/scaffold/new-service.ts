/** `make new-service NAME=payment`: a service that consumes order.confirmed, with the same structure as the others. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../paths.ts";
import { addQueue, contractFile, raiseReleasedVersion, readContract } from "./contract.ts";
import { addEntries, edit, pascalCase, writeFiles } from "./edit.ts";
import { addManifests } from "./kubernetes.ts";
import { command, complete } from "./run.ts";

/** Writes a service into the contract, the stack, the monitoring and the Kubernetes manifests, and its folder. */
export function newService(name: string): void {
  const contract = readContract();
  const services = contract.services.map((service) => service.name);
  if (!/^[a-z][a-z0-9]{1,30}$/.test(name))
    throw new Error(
      `"${name}" cannot be the name of a service: run make new-service NAME=payment, with lower-case letters`,
    );
  if (services.includes(name) || existsSync(join(root, "services", name)))
    throw new Error(`there is a service "${name}" already`);
  const port = 8001 + services.length;

  const values = {
    service: name,
    Service: pascalCase(name),
    SERVICE: name.toUpperCase(),
    port: String(port),
    adminPort: String(port + 1000),
  };

  raiseReleasedVersion(contract);
  addEntries("service", values);
  addQueue({
    service: name,
    queue: `${name}.orders`,
    description: "Confirmed orders.",
    name: "order.confirmed",
  });
  writeFiles(`services/${name}`, values);
  addManifests(values);
  edit("generated/package.json", (text) => {
    const manifest = JSON.parse(text);
    manifest.exports[`./${name}`] = `./${name}.ts`;
    return `${JSON.stringify(manifest, null, 2)}\n`;
  });
}

if (import.meta.main)
  command(() => {
    const [name = ""] = process.argv.slice(2);
    newService(name);
    complete({ service: name, written: [`services/${name}`, "compose.yaml", "deploy"] });
    console.log(`services/${name} is written: it keeps confirmed orders, as an example. Next:
  - change src/schema.ts, src/commands/, src/messages/ and src/http/ to what the service is for, and generate
    its migrations again while there is no release of it
  - describe it in ${contractFile}; add messages with make new-message
  - make pacts, make check, make test TESTS=services/${name}, make up`);
  });
