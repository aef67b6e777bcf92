/**
 * What the services do while a server is down, and how soon they continue once it is back. The test has its own
 * servers.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { serviceNames } from "@orders/stack";
import { backingServicesUp, controlRabbitmq } from "@orders/stack/servers";
import { Client, type OrderView } from "@orders/stack/testing/client";
import { serversDirectory } from "@orders/stack/testing/servers";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import { eventually, TcpProxy } from "@rabbit-contract/messaging/testing";
import { connect } from "amqplib";
import { type Servers, startServers } from "./faults/servers.ts";
import { inTime } from "./in-time.ts";

/** Milliseconds within which everything works again once the broker is back, as promised. */
const promised = 5_000;
/** A busy machine may take longer, by this many times the duration of an undisturbed order. */
const room = 20;
/** Seconds. With the default of 5, giving up a connection takes up to 15 seconds. */
const heartbeat = 2;
/** Milliseconds after which both sides have given up a silent connection: three heartbeats, and a margin. */
const givenUp = 3 * heartbeat * 1_000 + 3_000;

const directory = serversDirectory("self-healing");
let servers: Servers;
after(() => servers?.remove());

describe("a self-healing system", () => {
  let system: TestSystem;
  let client: Client;

  before(async () => {
    servers = await startServers(directory);
    const url = new URL(servers.admin.AMQP_URL);
    url.searchParams.set("heartbeat", String(heartbeat));
    system = await startSystem({ admin: { ...servers.admin, AMQP_URL: url.href } });
    client = new Client(system);
    await client.product("LAMP", { onHand: 900_000 });
  });

  afterEach(async () => {
    for (const queue of ["inventory.orders", "order.stock", "notification.orders"]) {
      assert.equal(await system.host.queueDepth(`${queue}.dead`), 0, `dead letters of ${queue}`);
    }
  });

  after(() => system?.stop());

  const place = () => client.place("c-1", [{ sku: "LAMP", quantity: 1 }]);

  /** Milliseconds until a new order was confirmed and its customer notified. */
  async function settle(): Promise<number> {
    const start = performance.now();
    const order = await place();
    await client.orderIn(order.id, "confirmed");
    await eventually(async () => assert.equal((await client.notifications(order.id)).length, 1));
    return performance.now() - start;
  }

  /** Milliseconds within which an order must be settled again. */
  const recoveryTime = async () => promised + room * (await settle());

  /** Asserts that orders are accepted throughout, and all are settled soon after the damage is repaired. */
  const survives = (damage: () => Promise<void>) =>
    system.withLogs(async () =>
      inTime("the recovery, until all orders were settled,", await recoveryTime(), () => survive(damage)),
    );

  /** Milliseconds from the repair until a new order, and then until all earlier ones, were settled. */
  async function survive(damage: () => Promise<void>): Promise<number> {
    const accepted: OrderView[] = [];
    let damaging = true;
    const load = (async () => {
      while (damaging) {
        accepted.push(await place());
        await delay(200);
      }
    })();
    try {
      await damage();
    } finally {
      damaging = false;
      await load;
    }
    const took = await settle();
    const start = performance.now();
    for (const { id } of accepted) await client.orderIn(id, "confirmed");
    const rest = performance.now() - start;
    await client.kinds(
      accepted.map(({ id }) => id),
      "order-confirmed",
    );
    return Math.max(took, rest);
  }

  /** Silences all connections to the broker, and returns once both sides have given them up. */
  async function giveUp(silence: () => void): Promise<void> {
    const before = serviceNames.map((name) => ({ name, length: system.service(name).log().length }));
    silence();
    await delay(givenUp);
    for (const { name, length } of before)
      await eventually(() =>
        assert.match(
          system.service(name).log().slice(length),
          /Heartbeat timeout|connection was lost/,
          `${name} has noticed nothing`,
        ),
      );
  }

  it("continues after the broker is restarted", () =>
    survives(async () => {
      await servers.broker.stop();
      await delay(1_000);
      await servers.broker.start();
    }));

  it("continues after the broker was paused for so long that its connections are given up", () =>
    survives(async () => {
      await giveUp(() => servers.broker.pause());
      servers.broker.resume();
    }));

  const memoryLimit = (share: string) =>
    controlRabbitmq(join(directory, "rabbitmq"), "set_vm_memory_high_watermark", share);

  it("drains the queues while the broker is out of resources, and continues once it has them again", async () => {
    await system.quiet();
    await system.service("inventory").stop();
    const waiting: OrderView[] = [];
    // More than a consumer's prefetch.
    while (waiting.length < 600) waiting.push(...(await Promise.all(Array.from({ length: 20 }, place))));
    await eventually(async () =>
      assert.equal(await system.host.queueDepth("inventory.orders"), waiting.length),
    );
    await memoryLimit("0.00001");
    await system.start("inventory");
    await eventually(async () => assert.equal(await system.host.queueDepth("inventory.orders"), 0));
    assert.equal((await client.order(waiting[0]?.id ?? "")).status, "pending");
    await memoryLimit("0.4");
    const ids = waiting.map(({ id }) => `'${id}'`).join();
    const unconfirmed = `select from orders where status <> 'confirmed' and id in (${ids})`;
    await eventually(async () => assert.equal((await system.query("order", unconfirmed)).length, 0));

    await survives(async () => {
      await memoryLimit("0.00001");
      const blocked = "select from outbox where written_at < clock_timestamp() - interval '1 s'";
      await eventually(async () => assert.notEqual((await system.query("order", blocked)).length, 0));
      await memoryLimit("0.4");
    });
  });

  it("continues after its connections were half-open", async () => {
    const proxies = await Promise.all(serviceNames.map(() => TcpProxy.start(servers.admin.AMQP_URL)));
    try {
      for (const [index, name] of serviceNames.entries()) {
        const variable = `${name.toUpperCase()}_AMQP_URL`;
        await system.service(name).stop();
        await system.start(name, {
          [variable]: proxies[index]?.url(system.environment(name)[variable] ?? "") ?? "",
        });
      }
      // connection.test.ts covers connections that are still being opened when the network goes silent.
      for (const name of serviceNames) {
        await eventually(async () => {
          const { body } = await client.call<{ status: string }>(name, "GET", "/health/ready", {
            toAdminPort: true,
          });
          assert.equal(body.status, "ready");
        });
      }
      await survives(async () => {
        await giveUp(() => {
          for (const proxy of proxies) {
            // Existing connections receive nothing more; new ones are refused.
            proxy.frozen = true;
            proxy.refusing = true;
          }
        });
        for (const proxy of proxies) {
          proxy.frozen = false;
          proxy.refusing = false;
        }
      });
    } finally {
      for (const name of serviceNames) {
        await system.service(name).stop();
        await system.start(name);
      }
      await Promise.all(proxies.map((proxy) => proxy.close()));
    }
  });

  for (const [what, remove] of [
    ["queue", () => system.host.deleteQueue("inventory.orders")],
    ["binding", () => unbind("order.stock", "inventory", "stock.reserved")],
    ["exchange", () => system.host.deleteExchange("orders")],
  ] as const) {
    it(`declares a deleted ${what} again, and continues`, async () => {
      await inTime("the recovery", await recoveryTime(), async () => {
        await remove();
        const start = performance.now();
        // Messages from now on wait until the queue exists again.
        const orders = await Promise.all(Array.from({ length: 20 }, place));
        for (const order of orders) await client.orderIn(order.id, "confirmed");
        return performance.now() - start;
      });
    });
  }

  async function unbind(queue: string, exchange: string, key: string): Promise<void> {
    const connection = await connect(system.host.amqpUrl);
    const isBound = async () =>
      (await system.host.bindings()).some(
        ({ source, destination, routing_key }) =>
          source === exchange && destination === queue && routing_key === key,
      );
    assert.equal(await isBound(), true);
    const channel = await connection.createChannel();
    await channel.unbindQueue(queue, exchange, key);
    await connection.close();
  }

  it("answers 503 while the database is stopped, logs little, and uses up no attempts", async () => {
    const before = new Map(serviceNames.map((name) => [name, system.service(name).log().length]));
    const orders: OrderView[] = [];
    const answers = new Map<number, number>();
    let running = true;
    const load = Array.from({ length: 4 }, async () => {
      while (running) {
        const body = { customerId: "c-1", lines: [{ sku: "LAMP", quantity: 1 }] };
        const answer = await client.call<OrderView>("order", "POST", "/orders", { body, patient: false });
        answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
        if (answer.status === 202) orders.push(answer.body);
        else assert.equal(answer.headers.get("retry-after"), "1");
        for (const [service, path] of [
          ["inventory", "/products/LAMP"],
          ["notification", "/notifications"],
        ] as const)
          await client.call(service, "GET", path, { patient: false });
        await delay(100);
      }
    });
    await eventually(() => assert.ok(orders.length >= 20));
    const start = performance.now();
    await servers.postgres.stop();
    for (const name of serviceNames) {
      await eventually(async () => {
        assert.equal((await client.call(name, "GET", "/health/ready", { toAdminPort: true })).status, 503);
        assert.equal((await client.call(name, "GET", "/health/live", { toAdminPort: true })).status, 200);
      });
    }
    await delay(5_000);
    await eventually(() => assert.ok((answers.get(503) ?? 0) > 20, `${answers.get(503)} answers 503`));
    const seconds = (performance.now() - start) / 1_000;
    const logs = new Map(serviceNames.map((name) => [name, system.service(name).log()]));
    await servers.postgres.start();
    await eventually(() => assert.ok(orders.length > 100));
    running = false;
    await Promise.all(load);
    assert.deepEqual([...answers.keys()].sort(), [202, 503]);
    for (const [name, log] of logs) {
      // Each connection logs its loss once. A few kinds of work are waiting, and each logs that every five seconds.
      const lines = log
        .slice(before.get(name))
        .trim()
        .split("\n")
        .filter((line) => !line.includes('"a database connection was lost"'));
      assert.ok(lines.length <= 2 * seconds, `${lines.length} lines in ${seconds} s:\n${lines.join("\n")}`);
    }
    for (const { id } of orders) await client.orderIn(id, "confirmed");
    for (const queue of ["inventory.orders", "order.stock", "notification.orders"]) {
      assert.equal(await system.host.queueDepth(`${queue}.retry.1s`), 0);
    }
  });
});

describe("servers of our own", () => {
  function processes(): string[] {
    const { stdout } = spawnSync("ps", ["-eo", "pid,stat,args"], { encoding: "utf8" });
    return stdout.split("\n").filter((line) => line.includes(directory) && !/^\s*\d+\s+Z/.test(line));
  }

  it("are found again while they run, and stop without leaving a process or a file", async () => {
    assert.deepEqual(await backingServicesUp(directory), servers.admin);
    assert.ok(processes().length > 0);
    await servers.remove();
    assert.deepEqual(processes(), []);
    assert.deepEqual(readdirSync(directory), []);
  });
});
