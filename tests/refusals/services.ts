/** The real broker and the real database refuse each service access to what another service owns. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { perService, type ServiceName, serviceNames } from "@orders/stack";
import { tryOnBroker, tryOnDatabase } from "@orders/stack/testing/attempts";
import { changedUrl } from "@rabbit-contract/messaging/testing";
import type { ConfirmChannel } from "amqplib";
import { system } from "./system.ts";

describe("a service at the broker", () => {
  const content = Buffer.from("{}");
  const attempts: [ServiceName, string, (channel: ConfirmChannel) => Promise<unknown>][] = [
    ["inventory", "send as the order service", async (c) => c.publish("orders", "order.created", content)],
    ["order", "send as the inventory", async (c) => c.publish("inventory", "stock.reserved", content)],
    ["notification", "send as the order service", async (c) => c.publish("orders", "order.shipped", content)],
    [
      "notification",
      "send to any exchange but its own",
      async (c) => c.publish("inventory", "stock.low", content),
    ],
    [
      "order",
      "send to any queue through the default exchange",
      async (c) => c.sendToQueue("inventory.orders", content),
    ],
    [
      "notification",
      "send to another service's retry tiers",
      async (c) => c.publish("order.redelivery", "order.stock", content),
    ],
    ["inventory", "consume another's queue", (c) => c.consume("order.stock", () => {})],
    ["order", "consume another's queue", (c) => c.consume("notification.orders", () => {})],
    ["notification", "read another's dead letters", (c) => c.get("inventory.orders.dead")],
    ["inventory", "empty another's queue", (c) => c.purgeQueue("order.products")],
    ["order", "delete another's queue", (c) => c.deleteQueue("inventory.orders")],
    ["notification", "delete an exchange that it reads", (c) => c.deleteExchange("orders")],
    ["inventory", "declare a queue that is not in the contract", (c) => c.assertQueue("inventory.private")],
    ["order", "declare another's exchange", (c) => c.assertExchange("shipping", "direct")],
    [
      "inventory",
      "bind to an exchange that it does not consume from",
      (c) => c.bindQueue("inventory.orders", "inventory", "stock.low"),
    ],
    [
      "order",
      "bind another service's queue to its exchange",
      (c) => c.bindQueue("notification.orders", "orders", "order.created"),
    ],
    [
      "notification",
      "remove another service's binding",
      (c) => c.unbindQueue("inventory.orders", "orders", "order.created"),
    ],
    ["order", "tap its own exchange with an unnamed queue", (c) => c.assertQueue("", { exclusive: true })],
  ];
  const amqpUrl = (service: ServiceName) =>
    system.environment(service)[`${service.toUpperCase()}_AMQP_URL`] ?? "";
  for (const [service, what, act] of attempts) {
    it(`may not ${what}: ${service}`, async () => {
      assert.equal(await tryOnBroker(amqpUrl(service), act), "403");
    });
  }

  it("may publish to its exchanges and read its queues", async () => {
    const url = amqpUrl("order");
    assert.equal(await tryOnBroker(url, async (c) => c.publish("orders", "unbound", content)), "allowed");
    assert.equal(await tryOnBroker(url, (c) => c.checkQueue("order.stock")), "allowed");
  });

  it("may bind any key of an exchange that it reads, since permissions do not distinguish keys", async () => {
    const listen = async (c: ConfirmChannel) => {
      await c.bindQueue("notification.stock", "inventory", "product.changed");
      await c.unbindQueue("notification.stock", "inventory", "product.changed");
    };
    assert.equal(await tryOnBroker(amqpUrl("notification"), listen), "allowed");
  });

  for (const service of serviceNames) {
    it(`has no access to the management interface: ${service}`, async () => {
      const { username, password } = new URL(amqpUrl(service));
      const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`);
      const url = new URL("/api/queues", system.host.managementUrl);
      const { origin, pathname } = url;
      const headers = { authorization: `Basic ${credentials.toString("base64")}` };
      assert.equal((await fetch(origin + pathname, { headers })).status, 401);
    });

    it(`may not open another virtual host: ${service}`, async () => {
      const said = await tryOnBroker(changedUrl(amqpUrl(service), { path: "/" }), async () => {});
      // The broker accepts the user, and closes the connection when it asks for the virtual host.
      assert.match(said, /ConnectionOpenOk; got <ConnectionClose/);
    });
  }
});

describe("a role of the database", () => {
  const url = (service: ServiceName, kind = "") =>
    system.environment(service)[`${service.toUpperCase()}_${kind}DATABASE_URL`] ?? "";
  const noPrivilege = "42501";
  const notOwner = "42501";
  const wrongPassword = "28P01";
  const ofAnother = perService(
    (name) => serviceNames[(serviceNames.indexOf(name) + 1) % serviceNames.length] ?? name,
  );

  for (const service of serviceNames) {
    for (const other of serviceNames) {
      if (other === service) continue;
      for (const kind of ["", "MIGRATION_"]) {
        const who = kind === "" ? service : `${service}'s migrations`;
        it(`may not connect to the database of ${other}: ${who}`, async () => {
          const database = new URL(url(other)).pathname.slice(1);
          assert.equal(
            await tryOnDatabase(changedUrl(url(service, kind), { path: database }), "select 1"),
            noPrivilege,
          );
        });
      }
    }
    for (const [what, statement, refusal] of [
      ["make tables", "create table mine (id int)", noPrivilege],
      ["make temporary tables", "create temporary table mine (id int)", noPrivilege],
      ["change tables", "alter table inbox add column mine int", notOwner],
      ["drop tables", "drop table inbox", notOwner],
      ["empty tables without a trace", "truncate inbox", noPrivilege],
      ["make functions", "create function mine() returns int language sql as 'select 1'", noPrivilege],
      [
        "record migrations as applied",
        "insert into migrations (hash, created_at) values ('x', 0)",
        noPrivilege,
      ],
      ["make roles", "create role mine", noPrivilege],
      ["make databases", "create database mine", noPrivilege],
      ["read files of the server", "select pg_read_file('/etc/passwd')", noPrivilege],
      ["run programs on the server", "copy inbox from program 'true'", noPrivilege],
    ] as const) {
      it(`may not ${what}: ${service}`, async () => {
        assert.equal(await tryOnDatabase(url(service), statement), refusal);
      });
    }
    it(`may not assume the role that owns the tables: ${service}`, async () => {
      const owner = new URL(url(service, "MIGRATION_")).username;
      assert.equal(await tryOnDatabase(changedUrl(url(service), { user: owner }), "select 1"), wrongPassword);
      assert.equal(await tryOnDatabase(url(service), `set role "${owner}"`), noPrivilege);
    });
    it(`may not assume another service's role: ${service}`, async () => {
      const { username: user, pathname } = new URL(url(ofAnother[service]));
      const database = pathname.slice(1);
      assert.equal(
        await tryOnDatabase(changedUrl(url(service), { user, path: database }), "select 1"),
        wrongPassword,
      );
    });
    it(`may not create roles or databases: ${service}'s migrations`, async () => {
      for (const statement of [
        "create role mine",
        "create database mine",
        "copy inbox from program 'true'",
      ]) {
        assert.equal(await tryOnDatabase(url(service, "MIGRATION_"), statement), noPrivilege, statement);
      }
    });
    it(`may read and write its own rows: ${service}`, async () => {
      assert.equal(await tryOnDatabase(url(service), "delete from inbox where false"), "allowed");
      assert.equal(await tryOnDatabase(url(service), "select count(*) from migrations"), "allowed");
    });
  }
});
