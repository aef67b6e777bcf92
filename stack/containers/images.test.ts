import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parse } from "yaml";
import { root } from "../paths.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The lines of each stage of the Dockerfile. */
const stages = new Map(
  read("Dockerfile")
    .split(/^(?=FROM )/m)
    .flatMap((text) => {
      const name = /^FROM \S+ AS (\S+)/.exec(text)?.[1];
      return name === undefined ? [] : [[name, text] as const];
    }),
);
const released = ["service", "catalogue", "provision"] as const;

describe("the images that are run", () => {
  for (const name of released) {
    const text = stages.get(name) ?? "";
    const inherited = name === "provision" ? (stages.get("service") ?? "") : "";

    it(`need no root and no shell: ${name}`, () => {
      assert.match(text + inherited, /^USER bun$/m);
      assert.match(text, /^CMD \["bun", /m);
      assert.doesNotMatch(text, /^(?:RUN|ENTRYPOINT|SHELL) /m);
    });

    it(`hold nothing but what is copied by name, and no package of development: ${name}`, () => {
      for (const [, from] of text.matchAll(/^COPY (?:--from=\S+ )?(\S+)/gm)) assert.notEqual(from, ".");
      assert.doesNotMatch(text + inherited, /--from=all-packages/);
    });
  }

  it("get nothing of this machine's: keys, state and tests are left out", () => {
    const allowed = read(".dockerignore").split("\n");
    assert.equal(allowed[0], "**");
    assert.ok(!allowed.some((line) => line.startsWith("!.") || /!.*(?:local|env|key)/.test(line)));
    assert.ok(allowed.includes("**/*.test.ts"));
  });
});

interface Compose {
  readonly services: Readonly<
    Record<
      string,
      {
        readonly build?: unknown;
        readonly read_only?: boolean;
        readonly cap_drop?: readonly string[];
        readonly security_opt?: readonly string[];
        readonly environment?: Readonly<Record<string, string>>;
        readonly healthcheck?: { readonly test: unknown };
        readonly ports?: readonly string[];
      }
    >
  >;
}

describe("compose.yaml", () => {
  const { services }: Compose = parse(read("compose.yaml"), { merge: true });
  const ours = Object.entries(services).filter(([, { build }]) => build !== undefined);

  it("runs what is ours on a read-only file system, without capabilities, and checks it without a shell", () => {
    assert.ok(ours.length >= 8);
    for (const [name, service] of ours) {
      assert.equal(service.read_only, true, name);
      assert.deepEqual(service.cap_drop, ["ALL"], name);
      assert.deepEqual(service.security_opt, ["no-new-privileges:true"], name);
      if (service.healthcheck) assert.equal([service.healthcheck.test].flat()[0], "CMD", name);
    }
  });

  it("has no password in it, for any service of the system", () => {
    for (const [name, { environment = {} }] of ours) {
      for (const value of Object.values(environment))
        assert.doesNotMatch(String(value), /:\/\/[^:/]+:[^$@]+@/, name);
    }
  });

  it("opens ports to this machine alone", () => {
    for (const [name, { ports = [] }] of Object.entries(services)) {
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name);
    }
  });
});
