/** `make new-service NAME=payment`: a service that consumes order.confirmed, in the shape of the others. */
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../paths.ts";
import { addQueue, contractFile, raiseReleasedVersion, readContract } from "./contract.ts";
import { addAfterLast, addToYaml, edit, pascalCase } from "./edit.ts";
import { command, run } from "./run.ts";

const [name = ""] = process.argv.slice(2);
const templates = join(import.meta.dirname, "service");

command(() => {
  const services = Object.keys(readContract()["x-rabbitmq"].services);
  if (!/^[a-z][a-z0-9]{1,30}$/.test(name))
    throw new Error(
      `"${name}" cannot be the name of a service: run make new-service NAME=payment, with lower-case letters`,
    );
  if (services.includes(name) || existsSync(join(root, "services", name)))
    throw new Error(`there is a service "${name}" already`);
  const port = 8001 + services.length;

  raiseReleasedVersion();
  edit(contractFile, (text) =>
    addQueue(
      addToYaml(
        text,
        ["x-rabbitmq", "services"],
        `${name}:\n  description: Keeps confirmed orders.\n  redeliveryExchange: ${name}.redelivery\n`,
      ),
      {
        service: name,
        name: `${name}.orders`,
        description: "Confirmed orders.",
        exchange: "orders",
        message: "order.confirmed",
      },
    ),
  );
  writeFolder(port);
  edit("compose.yaml", (text) => addContainers(text, port));
  edit("compose.observability.yaml", (text) =>
    addAfterLast(text, /^ {2}\w+: \*traced\n/m, `  ${name}: *traced\n`),
  );
  edit("observability/prometheus/prometheus.yaml", (text) =>
    addAfterLast(
      text,
      /^ {2}- job_name: \w+\n {4}dns_sd_configs: .*\n/m,
      `  - job_name: ${name}\n    dns_sd_configs: [{ names: [${name}], type: A, port: ${adminPortFor(port)} }]\n`,
    ),
  );

  edit("generated/package.json", (text) => {
    const manifest = JSON.parse(text);
    manifest.exports[`./${name}`] = `./${name}.ts`;
    return `${JSON.stringify(manifest, null, 2)}\n`;
  });

  run(["install"]);
  run(["packages/contract/src/cli.ts", "generate"]);
  run(["node_modules/drizzle-kit/bin.cjs", "generate", "--name", "initial"], join(root, "services", name));
  run(["node_modules/@biomejs/biome/bin/biome", "check", "--write", `services/${name}`, "compose.yaml"]);
  console.log(`services/${name} is written: it keeps confirmed orders, as an example. Next:
  - change src/schema.ts, src/commands/, src/messages/ and src/http/ to what the service is for, and write its migrations
    anew while there is no release of it
  - describe it in ${contractFile}; add messages with make new-message
  - make pacts, make check, make test TESTS=services/${name}, make up`);
});

function writeFolder(port: number): void {
  for (const file of globSync("**/*.template", { cwd: templates })) {
    const target = join(root, "services", name, fill(file.slice(0, -".template".length), port));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, fill(readFileSync(join(templates, file), "utf8"), port));
  }
}

function fill(text: string, port: number): string {
  return text
    .replaceAll("__service__", name)
    .replaceAll("__Service__", pascalCase(name))
    .replaceAll("__SERVICE__", name.toUpperCase())
    .replaceAll("__port__", String(port))
    .replaceAll("__adminPort__", String(adminPortFor(port)));
}

function adminPortFor(port: number): number {
  return port + 1000;
}

function addContainers(text: string, port: number): string {
  const variable = name.toUpperCase();
  const adminPort = adminPortFor(port);
  const secret = (role: string) => `${name}-${role}database-url`;
  let result = addToYaml(
    text,
    ["services", "provision", "environment"],
    `${variable}_DATABASE_URL_FILE: /run/secrets/${secret("")}
${variable}_MIGRATION_DATABASE_URL_FILE: /run/secrets/${secret("migration-")}
`,
  );
  result = addToYaml(
    result,
    ["services", "provision", "secrets"],
    `- ${secret("")}\n- ${secret("migration-")}\n`,
  );
  result = addToYaml(
    result,
    ["secrets"],
    [`${name}-amqp-url`, secret(""), secret("migration-")]
      .map((one) => `${one}:\n  file: \${SECRETS_DIRECTORY}/${one}\n`)
      .join(""),
  );
  // After the last service of the system, before the catalogue.
  return result.replace(
    /^ {2}catalogue:\n/m,
    `  ${name}:
    <<: *service
    build: { context: ., target: service, args: { SERVICE: ${name} } }
    image: \${COMPOSE_PROJECT_NAME:-orders}-${name}
    volumes: *keys
    environment:
      <<: *authentication
      ${variable}_PORT: "${port}"
      ${variable}_ADMIN_PORT: "${adminPort}"
      ${variable}_AMQP_URL_FILE: /run/secrets/${name}-amqp-url
      ${variable}_DATABASE_URL_FILE: /run/secrets/${secret("")}
    secrets: [${name}-amqp-url, ${secret("")}]
    ports:
      - "127.0.0.1:\${${variable}_PORT:-${port}}:${port}"
      - "127.0.0.1:\${${variable}_ADMIN_PORT:-${adminPort}}:${adminPort}"
    healthcheck:
      test:
        ["CMD", "bun", "-e", "process.exit((await fetch('http://127.0.0.1:${adminPort}/health/ready')).ok ? 0 : 1)"]
      <<: *health
    depends_on:
      ${name}-migrate: { condition: service_completed_successfully }

  ${name}-migrate:
    <<: *job
    # Built by the service above.
    image: \${COMPOSE_PROJECT_NAME:-orders}-${name}
    pull_policy: never
    command: ["bun", "src/migrate.ts"]
    environment:
      ${variable}_MIGRATION_DATABASE_URL_FILE: /run/secrets/${secret("migration-")}
    secrets: [${secret("migration-")}]
    depends_on:
      provision: { condition: service_completed_successfully }

  catalogue:
`,
  );
}
