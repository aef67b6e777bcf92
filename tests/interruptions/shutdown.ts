import assert from "node:assert/strict";
import { Agent, request } from "node:http";
import { before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { authorization } from "@orders/stack/testing/access";
import type { OrderView } from "@orders/stack/testing/client";
import { startService, type TestService } from "@orders/stack/testing/service";
import { eventually } from "@rabbit-contract/messaging/testing";
import { client, restartOrder, system } from "./system.ts";

/** Milliseconds between an answer and a client's next request; enough clients keep everything busy. */
const pause = 20;

/** Tells when this process was held up: a replica that stops does not wait for the rest of a request for so long. */
class Stalls {
  #ticked = performance.now();
  #ended = Number.NEGATIVE_INFINITY;
  readonly #timer = setInterval(() => this.#tick(), 100);

  /** Whether it was held up for a second or longer since this `performance.now()`. */
  since(start: number): boolean {
    this.#tick();
    return this.#ended > start;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    const now = performance.now();
    if (now - this.#ticked > 1_000) this.#ended = now;
    this.#ticked = now;
  }
}

/** Places orders one after the other until stopped, and counts the outcomes. */
class Clients {
  readonly accepted: string[] = [];
  readonly failures: string[] = [];
  readonly #body: string;
  readonly #url: () => string | Promise<string>;
  readonly #running: Promise<unknown>;
  readonly #stalls = new Stalls();
  #stopped = false;

  /** @param url called before each request */
  constructor(
    url: () => string | Promise<string>,
    sku: string,
    { count, keepAlive }: { count: number; keepAlive: boolean },
  ) {
    this.#body = JSON.stringify({ customerId: "c-1", lines: [{ sku, quantity: 1 }] });
    this.#url = url;
    const loops = Array.from({ length: count }, () => this.#loop(new Agent({ keepAlive, maxSockets: 1 })));
    this.#running = Promise.all(loops).finally(() => this.#stalls.stop());
  }

  stop(): Promise<unknown> {
    this.#stopped = true;
    return this.#running;
  }

  async #loop(agent: Agent): Promise<void> {
    while (!this.#stopped) {
      const url = await this.#url();
      const start = performance.now();
      try {
        const { status, text } = await post(`${url}/orders`, this.#body, agent, await authorization("c-1"));
        if (status === 202) this.accepted.push(JSON.parse(text).id);
        else this.failures.push(`${url} answered ${status} ${text}`);
      } catch (error) {
        if (!this.#stalls.since(start)) this.failures.push(`${url} ${error}`);
      }
      await delay(pause);
    }
    agent.destroy();
  }
}

function post(
  url: string,
  body: string,
  agent: Agent,
  credentials: Record<string, string>,
): Promise<{ status: number | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...credentials,
      "content-type": "application/json",
      "content-length": body.length,
    };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode, text }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Milliseconds; shorter than a replica still accepts requests after it has reported that it stops. */
const probesAreValidFor = 1_000;

/** A load balancer: round-robin over the replicas that were ready at the last probe. */
class LoadBalancer {
  readonly #services: readonly TestService[];
  #ready: readonly TestService[] = [];
  #probed = Number.NEGATIVE_INFINITY;
  #next = 0;
  #closed = false;

  constructor(services: readonly TestService[]) {
    this.#services = services;
    void this.#check();
  }

  /** After a pause of this process, or a slow probe, what is known is too old: it waits for the next probe. */
  readonly pick = async (): Promise<string> => {
    while (performance.now() - this.#probed > probesAreValidFor) await delay(10);
    return this.#ready[this.#next++ % this.#ready.length]?.url ?? "http://none.invalid";
  };

  close(): void {
    this.#closed = true;
  }

  async #check(): Promise<void> {
    while (!this.#closed) {
      const probed = performance.now();
      const answers = await Promise.all(
        this.#services.map(async (service) => {
          const answer = await fetch(`${service.adminUrl}/health/ready`).catch(() => undefined);
          await answer?.body?.cancel();
          return answer?.ok ? [service] : [];
        }),
      );
      this.#ready = answers.flat();
      this.#probed = probed;
      await delay(50);
    }
  }
}

describe("a service that is stopped under load", () => {
  before(async () => {
    await restartOrder();
    await client.product("LAMP", { onHand: 900_000 });
  });

  for (const [service, queue] of [
    ["inventory", "inventory.orders"],
    ["order", "order.stock"],
  ] as const) {
    it(`${service} exits with 0 and in time, with no handled message left in its queue and an empty outbox`, async () => {
      const clients = new Clients(() => system.service("order").url, "LAMP", { count: 20, keepAlive: true });
      await eventually(() => assert.ok(clients.accepted.length >= 200));
      const stopping = system.service(service);
      assert.equal(await stopping.stop("SIGTERM"), 0);
      assert.match(stopping.log(), /"msg":"stopped"/);
      await clients.stop();

      const left = await system.host.peekMessages(queue, 10_000);
      const handled = new Set(
        (await system.query<{ message_id: string }>(service, "select message_id from inbox")).map(
          (row) => row.message_id,
        ),
      );
      assert.ok(handled.size > 0);
      assert.deepEqual(
        left.filter(({ properties }) => handled.has(properties.message_id ?? "")),
        [],
      );
      assert.deepEqual(await system.query(service, "select id from outbox"), []);

      await system.start(service);
      assert.ok(clients.accepted.length >= 200);
      const last = clients.accepted.slice(-50);
      for (const id of last) await client.orderIn(id, "confirmed", 30_000);
    });
  }

  it("a rolling restart of two replicas fails no request, on kept-alive or new connections", async () => {
    const drain = { DRAIN_DELAY: "3s" };
    await restartOrder(drain);
    let second = await startService("order", { ...system.environment("order"), ...drain });
    const { url, adminUrl } = second;
    const balancer = new LoadBalancer([system.service("order"), second]);
    const clients = [true, false].map(
      (keepAlive) => new Clients(balancer.pick, "LAMP", { count: 4, keepAlive }),
    );
    const accepted = () => clients.flatMap((some) => some.accepted);
    const restarts = [
      async () => {
        assert.equal(await system.service("order").stop(), 0);
        await system.start("order", drain);
      },
      async () => {
        assert.equal(await second.stop(), 0);
        second = await startService("order", {
          ...system.environment("order"),
          ...drain,
          ORDER_PORT: new URL(url).port,
          ORDER_ADMIN_PORT: new URL(adminUrl).port,
        });
      },
    ];
    try {
      for (const restart of restarts) {
        const before = accepted().length;
        await eventually(() => assert.ok(accepted().length > before + 100), { timeout: 60_000 });
        await restart();
      }
      await Promise.all(clients.map((some) => some.stop()));
      assert.deepEqual(
        clients.flatMap((some) => some.failures),
        [],
      );
      for (const id of accepted().slice(-20)) await client.orderIn(id, "confirmed", 30_000);
    } finally {
      await Promise.all(clients.map((some) => some.stop()));
      balancer.close();
      await second.stop();
    }
  });

  it("answers clients that wait for an order at once, and does not wait for event streams", async () => {
    await system.service("inventory").stop();
    const waiting = client.call<OrderView>("order", "POST", "/orders", {
      body: { customerId: "c-waits", lines: [{ sku: "LAMP", quantity: 1 }] },
      headers: { prefer: "wait=30" },
    });
    const stream = await fetch(`${system.service("notification").url}/notifications/stream`, {
      headers: await authorization(),
    });
    const placed = "select from orders where customer_id = 'c-waits'";
    await eventually(async () => assert.equal((await system.query("order", placed)).length, 1));
    const start = performance.now();
    const [answer, ...codes] = await Promise.all([
      waiting,
      system.service("order").stop(),
      system.service("notification").stop(),
      stream.text(),
    ]);
    // What still runs is cut after 7 s.
    assert.ok(performance.now() - start < 7_000);
    assert.equal(answer.status, 202);
    assert.deepEqual(codes.slice(0, 2), [0, 0]);
  });
});
