import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { serviceNames } from "@orders/stack";
import { Client } from "@orders/stack/testing/client";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import {
  contractCommand,
  type Edit,
  editedTree,
  gitTree,
  releaseTags,
  type Tree,
  workingTree,
} from "@orders/stack/testing/trees";
import { buildContract, generate, nextVersion, Source } from "@rabbit-contract/contract";
import { connect } from "amqplib";

/** A test starts all services, two of them from their sources, which takes much longer on a busy machine. */
const patient = { timeout: 180_000 } as const;

const current = versionOf(workingTree);

/** Stands in for the next release until there are two releases: one more optional field, which the producer sets. */
const candidate: readonly Edit[] = [
  {
    path: "asyncapi/asyncapi.yaml",
    search: `\n  version: ${current}\n`,
    replacement: `\n  version: ${nextVersion(current, "minor")}-rc.1\n`,
  },
  withField("OrderCreated", "placedThrough"),
  withField("StockReserved", "warehouse"),
  {
    path: "services/order/src",
    search: "{ orderId: id, customerId, lines, total, createdAt },",
    replacement: '{ orderId: id, customerId, lines, total, createdAt, placedThrough: "the shop" },',
  },
  {
    path: "services/inventory/src",
    search: "{ orderId, reservedAt: now }",
    replacement: '{ orderId, reservedAt: now, warehouse: "north" }',
  },
];

function withField(schema: string, field: string): Edit {
  const yaml = readFileSync(join(workingTree.root, "asyncapi/asyncapi.yaml"), "utf8");
  const start = yaml.indexOf(`\n    ${schema}:\n`);
  const search = yaml.slice(start, yaml.indexOf("      properties:\n", start) + "      properties:\n".length);
  const replacement = `${search}        ${field}:\n          type: string\n          maxLength: 50\n          description: New.\n`;
  return { path: "asyncapi/asyncapi.yaml", search, replacement };
}

function versionOf(tree: Tree): string {
  const yaml = readFileSync(join(tree.root, "asyncapi/asyncapi.yaml"), "utf8");
  return /^ {2}version: (\S+)$/m.exec(yaml)?.[1] ?? "";
}

/** The last release and this version; without an earlier release, this version and the candidate. */
function versions(): { readonly old: Tree; readonly now: Tree } {
  const [last] = releaseTags().filter((tag) => tag !== `contract-v${current}`);
  if (last !== undefined) return { old: gitTree(last), now: workingTree };
  const now = editedTree(candidate);
  // In this process, since the parser takes seconds to load; the gate below needs it too.
  generate(buildContract(Source.read(join(now.root, "asyncapi/asyncapi.yaml"))), join(now.root, "generated"));
  return { old: workingTree, now };
}

/** What runs in `make test` anyway is bundled. */
const from = (tree: Tree) => (tree === workingTree ? {} : { tree: tree.root });

describe("the order and the inventory service of two versions", () => {
  let trees: ReturnType<typeof versions>;
  let system: TestSystem;
  let tap: string;
  before(async () => {
    trees = versions();
    system = await startSystem({ services: [] });
    tap = await tapped(system);
  });
  after(async () => {
    await system?.stop();
    trees?.old.remove();
    trees?.now.remove();
  });

  it("are versions that the compatibility gate allows", patient, () => {
    const base = join(trees.old.root, "asyncapi/asyncapi.yaml");
    assert.match(contractCommand(["compare", base], trees.now.root), /^allowed: /m);
  });

  for (const [orders, stock] of [
    ["old", "now"],
    ["now", "old"],
  ] as const) {
    it(`settle orders together: order ${orders}, inventory ${stock}`, patient, async () => {
      await system.start("inventory", {}, from(trees[stock]));
      await system.start("order", {}, from(trees[orders]));
      await system.start("notification", {}, from(trees[stock]));
      const client = new Client(system);
      const sku = `IN-STOCK-${stock}`;
      await client.product(sku, { onHand: 5 });

      const served = await client.place("c-1", [{ sku, quantity: 3 }]);
      await client.orderIn(served.id, "confirmed");
      const refused = await client.place("c-1", [{ sku, quantity: 3 }]);
      const rejected = await client.orderIn(refused.id, "rejected");
      const shortages = [{ sku, requested: 3, available: 2 }];
      assert.deepEqual(rejected.reason, { code: "insufficient-stock", shortages });
      await client.kinds(served.id, "order-confirmed");
      await client.kinds(refused.id, "order-rejected");

      const messages = (await system.host.takeMessages(tap)).map(({ payload }) => JSON.parse(payload));
      if (trees.old === workingTree) {
        // Proves that the versions really differ.
        const isNew = { placedThrough: orders === "now", warehouse: stock === "now" };
        assert.equal(
          messages.some((message) => message.placedThrough === "the shop"),
          isNew.placedThrough,
        );
        assert.equal(
          messages.some((message) => message.warehouse === "north"),
          isNew.warehouse,
        );
      }
      for (const { name } of await system.host.queues()) {
        if (name.endsWith(".dead")) assert.equal(await system.host.queueDepth(name), 0, name);
      }
      await Promise.all(serviceNames.map((name) => system.service(name).stop()));
    });
  }
});

/** A queue that receives a copy of the messages between the two services. */
async function tapped({ host }: TestSystem): Promise<string> {
  const connection = await connect(host.amqpUrl);
  try {
    const channel = await connection.createChannel();
    await channel.assertQueue("tap", { durable: true });
    await channel.bindQueue("tap", "orders", "order.created");
    await channel.bindQueue("tap", "inventory", "stock.reserved");
    return "tap";
  } finally {
    await connection.close();
  }
}
