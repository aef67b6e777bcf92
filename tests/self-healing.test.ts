/** What the services do while a server is away, and how soon they go on when it is back. On servers of their own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, afterEach, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { serviceNames } from "@orders/stack";
import { controlRabbitmq } from "@orders/stack/servers";
import { Client, type OrderView } from "@orders/stack/testing/client";
import { serversDirectory } from "@orders/stack/testing/servers";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import { eventually, TcpProxy } from "@rabbit-contract/messaging/testing";
import { connect } from "amqplib";
import { type Servers, startServers } from "./faults/servers.ts";

/** Milliseconds within which everything goes on once the broker is back, as is promised. */
const promised = 5_000;
/** How many times as long as an undisturbed order a busy machine may take beyond that. */
const room = 20;
/** Seconds; services ask for 5, with which it takes up to 15 seconds to give up a connection. */
const heartbeat = 2;
/** Milliseconds after which both sides have given up a connection that is silent: three heartbeats, and some more. */
const givenUp = 3 * heartbeat * 1_000 + 3_000;

describe("a system whose servers fail", () => {
  const directory = serversDirectory("self-healing");
  let servers: Servers;
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

  after(async () => {
    await system?.stop();
    await servers?.remove();
  });

  const place = () => client.place("c-1", [{ sku: "LAMP", quantity: 1 }]);

  /** Milliseconds until a new order was confirmed and its customer notified. */
  async function settle(): Promise<number> {
    const start = performance.now();
    const order = await place();
    await client.orderIn(order.id, "confirmed");
    await eventually(async () => assert.equal((await client.notifications(order.id)).length, 1));
    return performance.now() - start;
  }

  /**
   * Orders are accepted throughout, and all are settled soon after the damage is repaired.
   * @param usual milliseconds that an undisturbed order takes; measured, unless one cannot be settled now
   */
  const survives = (damage: () => Promise<void>, usual?: number) =>
    system.withLogs(async () => survive(damage, usual ?? (await settle())));

  async function survive(damage: () => Promise<void>, usual: number): Promise<void> {
    const recovery = promised + room * usual;
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
    assert.ok(
      took < recovery,
      `it took ${took} ms until an order was confirmed and its customer notified, ${recovery} ms are allowed`,
    );
    for (const { id } of accepted) await client.orderIn(id, "confirmed", recovery);
    await client.kinds(
      accepted.map(({ id }) => id),
      "order-confirmed",
    );
  }

  /** By every service that runs, since it was started. */
  function expectGivenUp(): void {
    for (const name of serviceNames) {
      assert.match(
        system.service(name).log(),
        /Heartbeat timeout|connection was lost/,
        `${name} has noticed nothing`,
      );
    }
  }

  it("goes on when the broker is restarted", () =>
    survives(async () => {
      await servers.broker.stop();
      await delay(1_000);
      await servers.broker.start();
    }));

  it("goes on when the broker was paused for so long that its connections are given up", () =>
    survives(async () => {
      servers.broker.pause();
      await delay(givenUp);
      expectGivenUp();
      servers.broker.resume();
    }));

  it("goes on when the broker has room again, and empties its queues meanwhile", async () => {
    const control = (...args: string[]) => controlRabbitmq(join(directory, "rabbitmq"), ...args);
    const usual = await settle();
    await system.service("inventory").stop();
    // More than a consumer gets before its first acknowledgement.
    const waiting = (await Promise.all(Array.from({ length: 20 }, () => placeMany(30)))).flat();
    await eventually(async () =>
      assert.equal(await system.host.queueDepth("inventory.orders"), waiting.length),
    );
    await survives(async () => {
      await control("set_vm_memory_high_watermark", "0.00001");
      await system.start("inventory");
      await eventually(async () => assert.equal(await system.host.queueDepth("inventory.orders"), 0));
      assert.equal((await client.order(waiting[0]?.id ?? "")).status, "pending");
      await control("set_vm_memory_high_watermark", "0.4");
    }, usual);
    const ids = waiting.map(({ id }) => `'${id}'`).join();
    const unconfirmed = `select from orders where status <> 'confirmed' and id in (${ids})`;
    await eventually(async () => assert.equal((await system.query("order", unconfirmed)).length, 0));
  });

  async function placeMany(count: number): Promise<OrderView[]> {
    const orders: OrderView[] = [];
    for (let number = 0; number < count; number++) orders.push(await place());
    return orders;
  }

  it("goes on after connections that were half open", async () => {
    const proxies = await Promise.all(serviceNames.map(() => TcpProxy.start(servers.admin.AMQP_URL)));
    try {
      for (const [index, name] of serviceNames.entries()) {
        const variable = `${name.toUpperCase()}_AMQP_URL`;
        await system.service(name).stop();
        await system.start(name, {
          [variable]: proxies[index]?.url(system.environment(name)[variable] ?? "") ?? "",
        });
      }
      // A connection that is still being made when all goes silent is another matter: connection.test.ts.
      for (const name of serviceNames) {
        await eventually(async () => {
          const { body } = await client.call<{ status: string }>(name, "GET", "/health/ready", {
            toAdminPort: true,
          });
          assert.equal(body.status, "ready");
        });
      }
      await survives(async () => {
        for (const proxy of proxies) {
          // What is connected hears nothing more; who connects anew is refused.
          proxy.frozen = true;
          proxy.refusing = true;
        }
        await delay(givenUp);
        expectGivenUp();
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
    it(`declares a deleted ${what} again, and goes on`, async () => {
      const usual = await settle();
      await remove();
      // What is published from now on waits until there is a queue again.
      const orders = await Promise.all(Array.from({ length: 20 }, place));
      for (const order of orders) await client.orderIn(order.id, "confirmed", promised + room * usual);
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

  it("answers 503 while the database is stopped, logs little, and uses up no attempt", async () => {
    const before = new Map(serviceNames.map((name) => [name, system.service(name).log().length]));
    const orders: OrderView[] = [];
    const answers = new Map<number, number>();
    let running = true;
    const load = Array.from({ length: 4 }, async () => {
      while (running) {
        const body = { customerId: "c-1", lines: [{ sku: "LAMP", quantity: 1 }] };
        const answer = await client.call<OrderView>("order", "POST", "/orders", { body });
        answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1);
        if (answer.status === 202) orders.push(answer.body);
        else assert.equal(answer.headers.get("retry-after"), "1");
        for (const [service, path] of [
          ["inventory", "/products/LAMP"],
          ["notification", "/notifications"],
        ] as const)
          await client.call(service, "GET", path);
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
    const seconds = (performance.now() - start) / 1_000;
    const logs = new Map(serviceNames.map((name) => [name, system.service(name).log()]));
    await servers.postgres.start();
    await eventually(() => assert.ok(orders.length > 100), { timeout: 20_000 });
    running = false;
    await Promise.all(load);
    assert.ok((answers.get(503) ?? 0) > 20, `${answers.get(503)} answers 503`);
    assert.deepEqual([...answers.keys()].sort(), [202, 503]);
    for (const [name, log] of logs) {
      const lines = log.slice(before.get(name)).trim().split("\n");
      // A few kinds of work wait, and each says so every five seconds.
      assert.ok(lines.length <= 2 * seconds, `${lines.length} lines in ${seconds} s:\n${lines.join("\n")}`);
    }
    for (const { id } of orders) await client.orderIn(id, "confirmed", 10_000);
    for (const queue of ["inventory.orders", "order.stock", "notification.orders"]) {
      assert.equal(await system.host.queueDepth(`${queue}.retry.1s`), 0);
    }
  });
});
