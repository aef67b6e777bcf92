import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { adminPortOf, defaultAdminPorts, defaultPorts, serviceNames, variableOf } from "../names.ts";
import { root } from "../paths.ts";
import { runtimeEnvironment } from "../runtime-environment.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The text of each stage of the Dockerfile. */
const stages = new Map(
  read("Dockerfile")
    .split(/^(?=FROM )/m)
    .flatMap((text) => {
      const name = /^FROM \S+ AS (\S+)/.exec(text)?.[1];
      return name === undefined ? [] : [[name, text] as const];
    }),
);

describe("the images", () => {
  for (const name of ["service", "console", "provision"]) {
    const text = stages.get(name) ?? "";

    it(`need no root and no shell: ${name}`, () => {
      // A number, because Kubernetes cannot tell whether a user name is root.
      assert.match(text, /^USER 1000:1000$/m);
      assert.match(text, /^CMD \["bun", /m);
      assert.doesNotMatch(text, /^(?:RUN|ENTRYPOINT|SHELL) /m);
    });

    it(`contain only what is copied by name: ${name}`, () => {
      const copies = [...text.matchAll(/^COPY (?:--from=(\S+) )?(\S+)/gm)];
      assert.ok(copies.length > 0);
      for (const [line, stage = "", from] of copies) {
        assert.notEqual(from, ".", line);
        assert.notEqual(stage, "workspace", line);
      }
    });
  }

  it("of a service contain its production packages, and no tests", () => {
    assert.match(
      stages.get("service-packages") ?? "",
      /bun install --production .*--filter "@orders\/\$\{SERVICE\}"/s,
    );
    assert.match(stages.get("service-sources") ?? "", /rm -rf .*testing.*contracts/);
  });

  it("run with the environment of the same processes outside of containers", () => {
    for (const [name, value] of Object.entries(runtimeEnvironment))
      assert.match(stages.get("base") ?? "", new RegExp(`^ENV .*\\b${name}=${value}\\b`, "m"));
  });

  it("are built without this machine's keys, state and tests", () => {
    const ignored = read(".dockerignore").trimEnd().split("\n");
    assert.equal(ignored[0], "**");
    assert.ok(!ignored.some((line) => line.startsWith("!.") || /!.*(?:local|env|key)/.test(line)));
    for (const line of ["**/*.test.ts", "**/.local", "**/node_modules", "stack/break-it"])
      assert.ok(ignored.includes(line), line);
  });
});

interface Container {
  readonly image: string;
  readonly build?: { readonly target: string; readonly args?: { readonly SERVICE: string } };
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly pids_limit?: number;
  readonly stop_grace_period?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly (string | { readonly source: string })[];
  readonly healthcheck?: { readonly test: unknown };
  readonly ports?: readonly string[];
}

describe("compose.yaml", () => {
  const file: {
    readonly services: Readonly<Record<string, Container>>;
    readonly secrets: Readonly<Record<string, unknown>>;
  } = parse(read("compose.yaml"), { merge: true });
  const containers = Object.entries(file.services).filter(([, { profiles }]) => profiles === undefined);

  it("runs every service of the contract, with its migrations before it, on its usual ports, for this machine only", () => {
    for (const service of serviceNames) {
      const { image, build, environment = {}, ports } = file.services[service] ?? {};
      assert.deepEqual(build, { context: ".", target: "service", args: { SERVICE: service } }, service);
      const published = [
        [variableOf(service, "PORT"), String(defaultPorts[service])],
        [variableOf(service, "ADMIN_PORT"), String(defaultAdminPorts[adminPortOf(service)])],
      ] as const;
      for (const [variable, port] of published) assert.equal(environment[variable], port);
      const onThisMachine = published.map(([name, port]) => `127.0.0.1:\${${name}:-${port}}:${port}`);
      assert.deepEqual(ports, onThisMachine);
      assert.equal(file.services[`${service}-migrate`]?.image, image, service);
      const provisioned = file.services.provision?.environment ?? {};
      for (const role of ["AMQP_URL", "DATABASE_URL", "MIGRATION_DATABASE_URL"])
        assert.ok(variableOf(service, `${role}_FILE`) in provisioned, `provision: ${service} ${role}`);
      const console = file.services.console?.environment ?? {};
      for (const [variable, port] of published) {
        const url = `CONSOLE_${variable.replace(/PORT$/, "URL")}`;
        assert.equal(console[url], `http://${service}:${port}`);
      }
    }
  });

  it("builds each image once", () => {
    const built = containers.filter(([, { build }]) => build !== undefined).map(([, { image }]) => image);
    assert.ok(built.length >= serviceNames.length + 2);
    assert.equal(new Set(built).size, built.length);
  });

  it("names exact versions of the images that it does not build", () => {
    const pulled = Object.values(file.services).flatMap(({ image }) =>
      image.startsWith("$") ? [] : [image],
    );
    assert.ok(pulled.length >= 5);
    for (const image of pulled)
      assert.match(image, /:v?\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?(?:@sha256:[0-9a-f]{64})?$/);
  });

  it("limits every container, and runs it on a read-only file system without capabilities", () => {
    assert.ok(containers.length >= 11);
    for (const [name, container] of containers) {
      assert.equal(container.read_only, true, name);
      assert.deepEqual(container.cap_drop, ["ALL"], name);
      assert.deepEqual(container.security_opt, ["no-new-privileges:true"], name);
      assert.ok(container.mem_limit && container.pids_limit, name);
    }
  });

  it("checks its own images without a shell, and gives services longer to stop than they take", () => {
    for (const service of serviceNames) {
      const { healthcheck, stop_grace_period } = file.services[service] ?? {};
      assert.equal([healthcheck?.test].flat()[0], "CMD", service);
      assert.ok(Number.parseInt(stop_grace_period ?? "", 10) > 9, service);
    }
  });

  it("has no password: secrets are files, and each container gets those that it reads", () => {
    for (const [name, { environment = {}, secrets = [] }] of containers) {
      const mounted = secrets.map((secret) => (typeof secret === "string" ? secret : secret.source));
      for (const secret of mounted) assert.ok(secret in file.secrets, `${name}: ${secret}`);
      for (const [variable, value] of Object.entries(environment)) {
        assert.doesNotMatch(String(value), /:\/\/[^:/]+:[^@]+@/, `${name}: ${variable}`);
        if (!String(value).startsWith("/run/secrets/")) continue;
        assert.match(variable, /_FILE$/);
        assert.ok(mounted.includes(String(value).slice("/run/secrets/".length)), `${name}: ${variable}`);
      }
    }
  });

  it("publishes ports on this machine only", () => {
    const ports = Object.entries(file.services).flatMap(([name, { ports = [] }]) =>
      ports.map((port) => [name, port]),
    );
    assert.ok(ports.length >= 8);
    for (const [name = "", port = ""] of ports) assert.match(port, /^127\.0\.0\.1:/, name);
  });
});
