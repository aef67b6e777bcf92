import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "@orders/stack";
import { readWorkspace } from "@orders/stack/testing/workspace";
import {
  type Finding,
  noCircle,
  noDeepImport,
  noImportUpwards,
  onlyDeclared,
  ownGeneratedCode,
  type Rule,
  shortFiles,
  useCasesKnowNoTransport,
} from "./rules.ts";
import { packagesKnowNoDomain } from "./words.ts";

const manifest = (name: string, exports: Record<string, string> = {}, more: object = {}) =>
  JSON.stringify({ name, exports, ...more });

/** A workspace that keeps every rule. */
const fine: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({
    workspaces: { packages: ["packages/*", "generated", "services/*", "stack"] },
  }),
  Makefile: "check: ## Check everything\n",
  "asyncapi/asyncapi.yaml":
    "channels: { a: { address: parcel.sent } }\ncomponents: { schemas: { ParcelSent: {} } }\n",
  "packages/messaging/package.json": manifest("@rabbit-contract/messaging", { ".": "./src/index.ts" }),
  "packages/messaging/src/index.ts": 'export { send } from "./send.ts";',
  "packages/messaging/src/send.ts": "export const send = 1; // in the order of arrival, orderBy",
  "packages/postgres/package.json": manifest(
    "@rabbit-contract/postgres",
    { "./outbox": "./src/outbox.ts" },
    { dependencies: { "@rabbit-contract/messaging": "" }, devDependencies: { "fast-check": "" } },
  ),
  "packages/postgres/src/outbox.test.ts": 'import "fast-check"; import "node:test";',
  "packages/postgres/src/outbox.ts": 'export { send } from "@rabbit-contract/messaging";',
  "generated/package.json": manifest("@orders/generated", {
    "./order": "./order.ts",
    "./inventory": "./inventory.ts",
    "./messages": "./messages.ts",
  }),
  "generated/order.ts": 'export type { Message } from "./messages.ts";',
  "generated/inventory.ts": "export const inventory = 1;",
  "generated/messages.ts": `export type Message = string;${"\n".repeat(400)}export type More = string;`,
  "services/order/package.json": manifest(
    "@orders/order",
    {},
    {
      dependencies: { "@rabbit-contract/messaging": "", elysia: "" },
    },
  ),
  "services/order/src/commands/place.ts":
    'import { send } from "@rabbit-contract/messaging"; console.log(send);',
  "services/order/src/http/app.ts": 'import { Elysia } from "elysia"; import "../commands/place.ts";',
  "services/inventory/package.json": manifest(
    "@orders/inventory",
    {},
    { dependencies: { "@orders/generated": "" } },
  ),
  "services/inventory/src/main.ts":
    'import "@orders/generated/inventory"; import "@orders/generated/messages";',
  "stack/package.json": manifest("@orders/stack", { ".": "./index.ts" }),
  "stack/index.ts": 'import process from "node:process"; console.log(process.pid);',
};

describe("the rules of the workspace", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "house-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  /** The rule's findings when these files are changed or added. */
  function found(rule: Rule, changed: Readonly<Record<string, string>>): readonly Finding[] {
    const root = mkdtempSync(join(folder, "workspace-"));
    for (const [path, text] of Object.entries({ ...fine, ...changed })) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return rule(readWorkspace(root));
  }

  /**
   * Asserts that the rule accepts the workspace as it is, and reports `message` for `path` once the files are changed.
   */
  function finds(rule: Rule, changed: Readonly<Record<string, string>>, path: string, message: RegExp): void {
    assert.deepEqual(found(rule, {}), []);
    const findings = found(rule, changed);
    assert.equal(findings.length, 1, JSON.stringify(findings));
    assert.equal(findings[0]?.path, path);
    assert.match(findings[0]?.message ?? "", message);
  }

  it("refuse files that import each other, types included", () => {
    const send = 'import type { other } from "./other.ts"; export const send: typeof other = 1;';
    const other = 'export { send } from "./send.ts"; export const other = 1;';
    const path = "packages/messaging/src/send.ts";
    const changed = { [path]: send, "packages/messaging/src/other.ts": other };
    const message =
      /imports itself through packages\/messaging\/src\/other\.ts, packages\/messaging\/src\/send\.ts/;
    finds(noCircle, changed, path, message);
  });

  it("refuse members that import each other", () => {
    const changed = {
      "packages/messaging/src/broker.ts": 'import "@rabbit-contract/postgres/outbox";',
    };
    finds(
      noCircle,
      changed,
      "packages/messaging/package.json",
      /imports itself through @rabbit-contract\/postgres/,
    );
  });

  it("refuse a relative import across members", () => {
    const path = "packages/postgres/src/relay.ts";
    const changed = { [path]: 'import "../../messaging/src/send.ts";' };
    finds(
      noDeepImport,
      changed,
      path,
      /leaves packages\/postgres: import @rabbit-contract\/messaging by name/,
    );
  });

  it("refuse an import of something that a member does not export", () => {
    const path = "packages/postgres/src/relay.ts";
    const changed = { [path]: 'await import("@rabbit-contract/messaging/send");' };
    finds(noDeepImport, changed, path, /no entry of the exports .*: use one of @rabbit-contract\/messaging$/);
  });

  it("refuse an import of a package that package.json does not name", () => {
    const path = "packages/postgres/src/relay.ts";
    finds(
      onlyDeclared,
      { [path]: 'import "pg/lib/client";' },
      path,
      /imports pg, which packages\/postgres\/package.json/,
    );
  });

  it("refuse that anything but a test imports a development dependency", () => {
    const path = "packages/postgres/src/relay.ts";
    finds(
      onlyDeclared,
      { [path]: 'import "fast-check";' },
      path,
      /for development only: move it to dependencies/,
    );
  });

  for (const [path, specifier] of [
    ["packages/messaging/src/relay.ts", "@rabbit-contract/postgres/outbox"],
    ["packages/messaging/src/relay.ts", "@orders/stack"],
    ["packages/postgres/src/relay.ts", "@orders/generated/messages"],
    ["packages/later/src/index.ts", "@rabbit-contract/messaging"],
    ["generated/topology.ts", "@rabbit-contract/postgres/outbox"],
    ["services/order/src/main.ts", "@orders/inventory"],
    ["services/order/src/main.ts", "@orders/stack"],
  ] as const) {
    it(`refuse that ${path} imports ${specifier}`, () => {
      const changed = { [path]: `import "${specifier}";`, "packages/later/package.json": manifest("later") };
      finds(noImportUpwards, changed, path, new RegExp(`must not import "${specifier}"`));
    });
  }

  it("refuse that a service imports another one's generated code", () => {
    const path = "services/order/src/main.ts";
    const changed = { [path]: 'import "@orders/generated/inventory";' };
    finds(ownGeneratedCode, changed, path, /what the inventory service sends and consumes/);
  });

  for (const [path, specifier] of [
    ["services/order/src/commands/ship.ts", "elysia"],
    ["services/order/src/commands/ship.ts", "@rabbit-contract/service/http"],
    ["services/order/src/queries/find.ts", "../http/app.ts"],
  ] as const) {
    it(`refuse that the use case ${path} imports ${specifier}`, () => {
      finds(useCasesKnowNoTransport, { [path]: `import "${specifier}";` }, path, /know no HTTP and no AMQP/);
    });
  }

  it("refuse a file of more than 300 lines", () => {
    const path = "services/order/src/main.ts";
    finds(shortFiles, { [path]: "console.log(1);\n".repeat(301) }, path, /has 301 lines/);
  });

  for (const text of [
    "// a customer",
    "const orderId = 1;",
    "const theSku = 1;",
    "// orders",
    '// the "order" service',
    "type Sent = ParcelSent;",
    '"parcel.sent"',
    "// run make check",
    '// "services/order/src"',
  ]) {
    it(`refuse that a package says ${text}`, () => {
      const path = "packages/messaging/src/said.ts";
      finds(packagesKnowNoDomain, { [path]: text }, path, /which only this repository has/);
    });
  }
});

describe("the workspace of this repository", () => {
  const workspace = readWorkspace(root);
  for (const { folder, dependencies } of workspace.members) {
    it(`breaks a rule as soon as ${folder}/package.json names one dependency fewer`, () => {
      const own = [...workspace.files.values()].filter(({ member }) => member.folder === folder);
      const imported = new Set(own.flatMap(({ imports }) => imports.map((one) => one.package)));
      const names = [...dependencies].filter((name) => imported.has(name));
      assert.ok(names.length > 0);
      for (const name of names) {
        const fewer = new Set([...dependencies].filter((one) => one !== name));
        const files = own.map(
          (file) => [file.path, { ...file, member: { ...file.member, dependencies: fewer } }] as const,
        );
        const findings = onlyDeclared({ ...workspace, files: new Map(files) });
        assert.match(findings[0]?.message ?? "", new RegExp(`imports ${name}, which ${folder}/package.json`));
      }
    });
  }
});
