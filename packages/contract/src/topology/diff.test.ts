import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { type TestVirtualHost, testVirtualHost } from "@rabbit-contract/messaging/testing";
import { connect } from "amqplib";
import { fixture } from "../rules/testing/fixture.ts";
import { applyTopology } from "./apply.ts";
import { definitionsOf } from "./definitions.ts";
import { diffTopology, type TopologyDifference } from "./diff.ts";

const definitions = definitionsOf(fixture());

describe("the difference between a broker and the contract", () => {
  let host: TestVirtualHost;
  const prefix = () => `${host.name}_`;

  before(async () => {
    host = await testVirtualHost();
    await applyTopology({
      ...place(),
      passwords: { shop: "a", till: "b" },
    });
  });
  after(async () => {
    const management = new ManagementApi(host.managementUrl);
    for (const service of ["shop", "till"]) {
      await management.delete(`users/${prefix()}${service}`);
    }
    await host.drop();
  });

  const place = () => ({
    definitions,
    managementUrl: host.managementUrl,
    virtualHost: host.name,
    userPrefix: prefix(),
  });
  const lines = (differences: readonly TopologyDifference[]) =>
    differences.map(({ kind, what }) => `${kind} ${what}`);

  async function declare(work: (channel: Channel) => Promise<unknown>): Promise<void> {
    const connection = await connect(host.amqpUrl);
    try {
      await work(await connection.createChannel());
    } finally {
      await connection.close();
    }
  }
  type Channel = Awaited<ReturnType<Awaited<ReturnType<typeof connect>>["createChannel"]>>;

  it("is empty after the topology was applied", async () => {
    assert.deepEqual(lines(await diffTopology(place())), []);
  });

  it("lists what was deleted, and applying it restores that", async () => {
    await host.deleteQueue("till.baskets.retry.1s");
    await host.deleteExchange("till.redelivery");
    const found = await diffTopology(place());
    assert.deepEqual(lines(found).slice(0, 3), [
      'missing exchange "till.redelivery"',
      'missing queue "till.baskets.retry.1s"',
      'missing binding of queue "till.baskets" to "till.redelivery" with key "till.baskets"',
    ]);
    for (const { change } of found) await change?.apply();
    assert.deepEqual(lines(await diffTopology(place())), []);
  });

  it("lists a changed permission", async () => {
    const management = new ManagementApi(host.managementUrl);
    await management.put(`permissions/${host.name}/${prefix()}till`, {
      configure: "",
      write: ".*",
      read: "",
    });
    const [only, ...others] = await diffTopology(place());
    assert.deepEqual(others, []);
    assert.equal(only?.what, `permissions of user "${prefix()}till"`);
    assert.match(only?.detail ?? "", /^configure is "" on the broker/);
    await only?.change?.apply();
    assert.deepEqual(await diffTopology(place()), []);
  });

  it("lists a missing user, who needs a password", async () => {
    await new ManagementApi(host.managementUrl).delete(`users/${prefix()}till`);
    const [only, ...others] = await diffTopology(place());
    assert.deepEqual(others, []);
    assert.equal(only?.change, undefined);
    assert.match(only?.steps.join() ?? "", /topology apply/);
    await applyTopology({
      ...place(),
      passwords: { shop: "a", till: "b" },
    });
  });

  it("lists what the contract does not name; bindings of its queues can be pruned, nothing is deleted", async () => {
    await declare(async (channel) => {
      await channel.assertExchange("goods", "direct");
      await channel.assertQueue("shelf");
      await channel.bindQueue("shelf", "goods", "put");
      await channel.bindQueue("till.baskets", "goods", "stray key/~");
    });
    const found = await diffTopology(place());
    assert.deepEqual(lines(found), [
      'extra exchange "goods"',
      'extra queue "shelf"',
      'extra binding of queue "till.baskets" to "goods" with key "stray key/~"',
    ]);
    assert.deepEqual(
      found.map(({ change }) => change?.prunes),
      [undefined, undefined, true],
    );
    await found[2]?.change?.apply();
    await host.deleteQueue("shelf");
    await host.deleteExchange("goods");
    assert.deepEqual(lines(await diffTopology(place())), []);
  });

  it("lists an exchange that is bound to one of the contract's, through which other messages reach its queues", async () => {
    await declare(async (channel) => {
      await channel.assertExchange("goods", "topic");
      await channel.bindExchange("shop", "goods", "#");
      await channel.bindExchange("goods", "shop", "basket.filled");
    });
    const found = await diffTopology(place());
    assert.deepEqual(lines(found), [
      'extra exchange "goods"',
      'extra binding of exchange "shop" to "goods" with key "#"',
    ]);
    await found[1]?.change?.apply();
    await host.deleteExchange("goods");
    assert.deepEqual(lines(await diffTopology(place())), []);
  });

  it("lists a queue or an exchange with other settings, which only a migration can change", async () => {
    await host.deleteQueue("till.baskets.retry.1s");
    await host.deleteExchange("shop");
    await declare(async (channel) => {
      await channel.assertExchange("shop", "topic", { durable: false });
      await channel.assertQueue("till.baskets.retry.1s", {
        arguments: { "x-queue-type": "quorum", "x-message-ttl": 50 },
      });
    });
    const found = await diffTopology(place());
    const different = found.filter(({ kind }) => kind === "different");
    assert.deepEqual(lines(different), [
      'different exchange "shop"',
      'different queue "till.baskets.retry.1s"',
    ]);
    assert.match(different[0]?.detail ?? "", /type is "topic" on the broker, "direct" in the contract/);
    assert.match(different[1]?.detail ?? "", /x-message-ttl is 50 on the broker, 1000 in the contract/);
    for (const { change, steps } of different) {
      assert.equal(change, undefined);
      assert.ok(steps.length > 0);
    }
  });

  it("lists a policy that changes what the contract says of a queue or exchange", async () => {
    const management = new ManagementApi(host.managementUrl);
    const put = (name: string, policy: object) => management.put(`policies/${host.name}/${name}`, policy);
    const before = lines(await diffTopology(place()));
    await put("ttl", {
      pattern: "^till\\..*\\.dead$",
      "apply-to": "queues",
      definition: { "message-ttl": 60_000 },
    });
    await put("others", { pattern: "^cellar", definition: { "max-length": 1 } });
    await put("leaders", { pattern: ".*", definition: { "queue-leader-locator": "balanced" } });
    const found = await diffTopology(place());
    const added = found.filter(({ what }) => !before.some((line) => line.endsWith(what)));
    assert.deepEqual(lines(added), ['extra policy "ttl"']);
    assert.match(added[0]?.detail ?? "", /sets message-ttl 60000 on queue "till\.baskets\.dead"/);
    for (const name of ["ttl", "others", "leaders"]) await management.delete(`policies/${host.name}/${name}`);
  });

  it("is an error for a missing virtual host", async () => {
    await assert.rejects(diffTopology({ ...place(), virtualHost: "nowhere" }), /no virtual host "nowhere"/);
  });
});
