/** Breaks the contract or a service in a copy of the project, and checks which contract tests fail. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "@orders/stack";
import { type Edit, editedTree } from "@orders/stack/testing/trees";
import { buildContract, generate, Source } from "@rabbit-contract/contract";

const contract = "asyncapi/asyncapi.yaml";
const testsOf = (service: string, role: "consumer" | "provider") =>
  `services/${service}/contracts/${service}.${role}.test.ts`;

/** Replaces every occurrence in a message or schema of the contract. */
function inContract(name: string, search: string, replacement: string): Edit {
  const yaml = readFileSync(join(root, contract), "utf8");
  const blocks = [...yaml.matchAll(new RegExp(`\\n {4}${name}:\\n(?: {6}.*\\n)+`, "g"))].map(
    ([text]) => text,
  );
  const block = blocks.find((text) => text.includes(search)) ?? "";
  return { path: contract, search: block, replacement: block.replaceAll(search, replacement) };
}

const stockRejectedIsRenamed: Edit = {
  path: "services/inventory/src",
  search: "{ orderId, shortages, rejectedAt: now }",
  replacement: "{ orderId, missing: shortages, rejectedAt: now }",
};

const refundIsRead: Edit = {
  path: "services/notification/src",
  search: "({ orderId, customerId }: OrderExpired)",
  replacement: "({ orderId, customerId, refund }: OrderExpired & { refund?: number })",
};

const refundIsInThePact: Edit = {
  path: testsOf("notification", "consumer"),
  search: `given: "a pending order past its deadline",
      payload: { orderId, customerId },`,
  replacement: `given: "a pending order past its deadline",
      payload: { orderId, customerId, refund: 100 },`,
};

/** Pact's verifier accepts anything that an interaction does not specify. */
const nothingIsAskedFor: Edit = {
  path: "generated/pacts/notification-inventory.json",
  search: '"contents": {',
  replacement: '"lost": {',
};

interface Fault {
  readonly what: string;
  readonly edits: readonly Edit[];
  /** Tests that run in the copy one after the other, with their expected failures; tests without any must pass. */
  readonly tests: readonly (readonly [path: string, ...says: RegExp[]])[];
}

const faults: readonly Fault[] = [
  {
    what: "a producer that renames a field, and a pact that has lost its contents",
    edits: [stockRejectedIsRenamed, nothingIsAskedFor],
    tests: [
      [
        testsOf("inventory", "provider"),
        /\(fail\).*order: stock\.rejected, given a product that is sold out/,
        /notification-inventory\.json: "stock\.low" .* has no contents[\s\S]*\(fail\).*notification: stock\.low/,
      ],
    ],
  },
  {
    what: "a producer that renames a field in the contract too",
    edits: [
      stockRejectedIsRenamed,
      inContract("stockRejected", "shortages:", "missing:"),
      inContract("StockRejected", "shortages", "missing"),
    ],
    tests: [[testsOf("order", "consumer"), /payload\.shortages does not stand in the contract/]],
  },
  {
    what: "a consumer that reads a field that its pact does not name",
    edits: [refundIsRead],
    tests: [
      [
        testsOf("notification", "consumer"),
        /notification's handler of order\.expired reads refund, which its pact does not name/,
      ],
    ],
  },
  {
    what: "a consumer that reads a field that the contract has, and the producer never sends",
    edits: [
      refundIsRead,
      refundIsInThePact,
      inContract(
        "OrderExpired",
        "      properties:\n",
        "      properties:\n        refund:\n          type: integer\n          minimum: 0\n          maximum: 1000\n          description: New.\n",
      ),
    ],
    tests: [
      [testsOf("notification", "consumer")],
      [
        testsOf("order", "provider"),
        /order breaks its pact with notification: order\.expired, given a pending order past its deadline\n(.*\n)?.*refund/,
      ],
    ],
  },
];

describe("contract tests fail by name for", () => {
  for (const { what, edits, tests } of faults) {
    // Each test starts one or two runtimes, and verifies all pacts of a service.
    it(what, { timeout: 180_000 }, async () => {
      const tree = editedTree(edits);
      try {
        const text = readFileSync(join(tree.root, contract), "utf8");
        if (edits.some(({ path }) => path === contract)) {
          generate(buildContract(new Source(contract, text)), join(tree.root, "generated"));
        }
        for (const [path, ...says] of tests) {
          const { status, output } = runTests(path, tree.root);
          assert.equal(status, says.length === 0 ? 0 : 1, output);
          for (const failure of says) assert.match(output, failure);
        }
      } finally {
        tree.remove();
      }
    });
  }
});

/** Consumer tests that pass write their pacts. */
function runTests(path: string, cwd: string): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr, error } = spawnSync(
    process.execPath,
    ["test", "--timeout", "60000", `./${path}`],
    { cwd, encoding: "utf8", env: { ...process.env, UPDATE_PACTS: "1", PACT_DO_NOT_TRACK: "true" } },
  );
  if (error) throw error;
  return { status, output: stdout + stderr };
}
