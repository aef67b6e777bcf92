/**
 * `make kubernetes-images`: the images, run with the user, read-only root, dropped capabilities, limits, variables,
 * files and probes of the production manifests, against three RabbitMQ nodes and a PostgreSQL pair. Three parts differ
 * from the manifests: the trial has its own token issuer, the mail server is maildev, and the databases have no pooler.
 * Needs a container engine on Linux. Not part of `make test`.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { serviceNames } from "@orders/stack";
import { bodyOf, createProduct, type Rest, restWith, retryUnknownProducts } from "@orders/stack/rest";
import { eventually } from "@rabbit-contract/messaging/testing";
import { makeToken, newIssuer } from "@rabbit-contract/service/testing";
import { type Pod, type System, startSystem } from "./system.ts";

const issuer = newIssuer("https://id.example.com", "orders");
const minutes = 60_000;
const onHand = 10_000;
const sku = "TRIAL-1";
/** Round-robin over the pods that are ready, like a Service. */
let turn = 0;

describe("the images as the production manifests run them", () => {
  let system: System;
  let authorization = "";
  const accepted: string[] = [];

  before(
    async () => {
      system = await startSystem(issuer, (line) => console.log(`  ${line}`));
      authorization = `Bearer ${await makeToken(issuer, { roles: ["operator"], subject: "trial" })}`;
      await allReady();
      await createProduct(rest(), { sku, onHand });
      const first = { customerId: "trial", lines: [{ sku, quantity: 1 }] };
      accepted.push((await retryUnknownProducts(() => bodyOf(rest().order.orders.post(first)))).id);
    },
    { timeout: 10 * minutes },
  );
  after(() => system?.stop(), { timeout: minutes });

  const urlOf = (pod: Pod, port: string) => {
    const found = pod.workload.container.ports?.find(({ name }) => name === port);
    return `http://${pod.container.address}:${found?.containerPort}`;
  };
  const allReady = () =>
    eventually(
      () => {
        const waiting = system.pods.filter(({ probes, container }) => container.isRunning && !probes.isReady);
        assert.deepEqual(
          waiting.map(({ workload }) => workload.name),
          [],
        );
      },
      { timeout: 90_000, interval: 1_000 },
    );

  /** Through a replica that is ready. */
  function rest(): Rest {
    const readyUrl = (service: string) => {
      const ready = system
        .podsOf(service)
        .filter(({ probes, container }) => probes.isReady && container.isRunning);
      const pod = ready[turn++ % ready.length];
      return pod ? urlOf(pod, "http") : "http://127.0.0.1:1";
    };
    return restWith(readyUrl, { authorization });
  }

  /** Places an order, retrying with the same key until it is accepted. */
  async function place(): Promise<void> {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const body = { customerId: "trial", lines: [{ sku, quantity: 1 }] };
    const placed = await eventually(() => bodyOf(rest().order.orders.post(body, { headers })), {
      timeout: 60_000,
      interval: 500,
    });
    accepted.push(placed.id);
  }

  async function settled(): Promise<void> {
    await eventually(
      () => {
        const open = system.databases.query("order", "select count(*) from orders where status = 'pending'");
        assert.equal(open, "0");
      },
      { timeout: 2 * minutes, interval: 1_000 },
    );
    const found = system.databases
      .query("order", "select id from orders where status = 'confirmed'")
      .split("\n");
    assert.deepEqual(
      accepted.filter((id) => !found.includes(id)),
      [],
      "accepted but not confirmed",
    );
    const stock = (await bodyOf(rest().inventory.products({ sku }).get())).stock;
    assert.equal(stock.reserved, accepted.length);
    await eventually(
      async () => {
        const sent = system.databases.query(
          "notification",
          "select count(*) from notifications where kind = 'order-confirmed'",
        );
        assert.equal(Number(sent), accepted.length);
      },
      { timeout: minutes, interval: 1_000 },
    );
  }

  const during = async (orders: number, fault: () => void | Promise<void>) => {
    const load = (async () => {
      for (let placed = 0; placed < orders; placed++) {
        await place();
        await delay(20);
      }
    })();
    await delay(1_000);
    await fault();
    await load;
  };

  it("settle orders, with each quorum queue on three nodes", { timeout: 5 * minutes }, async () => {
    await during(100, () => {});
    await settled();
    const [broker] = system.brokers;
    const queues = JSON.parse(
      broker?.exec("rabbitmqctl", "-q", "list_queues", "name", "type", "members", "--formatter", "json") ??
        "",
    ) as { name: string; type: string; members: string[] }[];
    const quorum = queues.filter(({ type }) => type.includes("quorum"));
    assert.ok(quorum.length > 0);
    for (const { name, members } of quorum) assert.equal(members.length, system.brokers.length, name);
  });

  it("show the console", { timeout: minutes }, async () => {
    for (const pod of system.podsOf("console")) {
      const answer = await fetch(urlOf(pod, "http"));
      assert.equal(answer.status, 200);
      assert.match(await answer.text(), /<script/);
    }
  });

  it("continue while a RabbitMQ node is down, and lose nothing", { timeout: 8 * minutes }, async () => {
    await during(150, () => system.brokers.at(-1)?.kill());
    await allReady();
    await settled();
  });

  it("continue with the standby once the primary is down, and lose nothing", {
    timeout: 8 * minutes,
  }, async () => {
    await during(150, () => system.databases.failOver());
    await allReady();
    await settled();
  });

  it("leave the load balancing first and exit with 0 within the grace period, and lose nothing", {
    timeout: 5 * minutes,
  }, async () => {
    await during(150, async () => {
      for (const service of serviceNames) {
        const [pod] = system.podsOf(service);
        assert.ok(pod);
        pod.container.terminate();
        await eventually(async () => {
          const { status } = await fetch(`${urlOf(pod, "admin")}/health/ready`);
          assert.equal(status, 503);
        });
        pod.probes.stop();
        const { status } = await fetch(`${urlOf(pod, "http")}/health/live`);
        assert.notEqual(status, 503, "requests that are still sent to it are answered");
        assert.equal(await pod.container.ended(pod.workload.pod.terminationGracePeriodSeconds ?? 0), 0);
      }
    });
    await settled();
  });

  it("never failed a liveness probe", () => {
    assert.deepEqual(
      system.pods.flatMap(({ probes }) => probes.restarts),
      [],
    );
  });
});
