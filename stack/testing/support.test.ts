import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type TestVirtualHost, testVirtualHost, waitFor } from "@rabbit-contract/messaging/testing";
import { rowsOf, type TestDatabase, testDatabase } from "@rabbit-contract/postgres/testing";
import { connect } from "amqplib";
import { Client } from "pg";

describe("a virtual host for a test", () => {
  let host: TestVirtualHost;
  before(async () => {
    host = await testVirtualHost();
  });
  after(() => host.drop());

  it("shows what was declared in it, and how many messages wait", async () => {
    const connection = await connect(host.amqpUrl);
    const channel = await connection.createChannel();
    await channel.assertExchange("goods", "direct", { durable: true });
    await channel.assertQueue("shelf", { durable: true, arguments: { "x-queue-type": "quorum" } });
    await channel.bindQueue("shelf", "goods", "put");
    await connection.close();

    assert.deepEqual(
      (await host.exchanges()).map(({ name }) => name),
      ["goods"],
    );
    assert.deepEqual(
      (await host.queues()).map(({ name }) => name),
      ["shelf"],
    );
    assert.deepEqual(
      (await host.bindings()).map(({ routing_key }) => routing_key),
      ["put"],
    );

    assert.equal(await host.publish({ exchange: "goods", routingKey: "put", payload: "one" }), true);
    assert.equal(await host.publish({ exchange: "goods", routingKey: "drop", payload: "lost" }), false);
    assert.equal(await host.queueDepth("shelf"), 1);
    assert.deepEqual(
      (await host.takeMessages("shelf")).map(({ payload }) => payload),
      ["one"],
    );
    assert.equal(await host.queueDepth("shelf"), 0);
  });

  it("names the missing queue when its depth is requested", async () => {
    await assert.rejects(host.queueDepth("nowhere"), /nowhere/);
  });

  it("can cut all connections", async () => {
    const connection = await connect(host.amqpUrl);
    let closed = false;
    connection.once("close", () => {
      closed = true;
    });
    connection.on("error", () => {});
    // The broker lists a connection a moment after it has accepted it.
    await waitFor(
      async () => {
        await host.closeConnections();
        return closed;
      },
      { what: "the connection to be closed" },
    );
  });
});

describe("a database for a test", () => {
  let database: TestDatabase;
  before(async () => {
    database = await testDatabase();
  });
  after(() => database.drop());

  it("has an owner role that may create tables, and a running role that may not", async () => {
    await rowsOf(database.migrationUrl, "create table goods (name text)");
    await assert.rejects(rowsOf(database.url, "create table bads (name text)"), /permission denied/);
    await assert.rejects(rowsOf(database.url, "select from goods"), /permission denied/);
  });

  it("is gone after drop, even while a client is connected", async () => {
    const other = await testDatabase();
    const client = new Client({ connectionString: other.url });
    client.on("error", () => {});
    await client.connect();
    await other.drop();
    await assert.rejects(rowsOf(other.url, "select 1"), /does not exist|authentication failed/);
  });
});
