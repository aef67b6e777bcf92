/** The events of the console from which it draws the flow. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { authorization } from "@orders/stack/testing/access";
import { patientFetch } from "@orders/stack/testing/client";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { authorizationOf } from "@rabbit-contract/service/testing";
import { inTime } from "../in-time.ts";
import { placingUntil, type RealConsole } from "./real-console.ts";

/** The part of the console's events that these tests use. */
interface FlowState {
  readonly at: string;
  readonly broker: { readonly status: string };
  readonly services: readonly {
    readonly name: string;
    readonly status: string;
    readonly since: string;
    readonly causes: readonly string[];
    readonly replicas: number;
    readonly outbox: { readonly rows: number; readonly parked: number } | null;
  }[];
  readonly queues: readonly {
    readonly name: string;
    readonly ready: number;
    readonly inHand: number;
    readonly consumers: number;
    readonly retryTiers: readonly object[];
    readonly deadLetters: { readonly name: string; readonly messages: number };
  }[];
  readonly routes: readonly { readonly message: string; readonly perSecond: number | null }[];
}

export function flowTests(console: () => RealConsole): void {
  describe("the flow that the console shows", () => {
    const left = new AbortController();
    const states: { readonly received: number; readonly state: FlowState }[] = [];

    before(() => {
      void follow();
    });
    after(() => left.abort());

    async function follow(): Promise<void> {
      const { body } = await fetch(`${console().url}/flow`, {
        headers: await authorizationOf("reader", "ada"),
        signal: left.signal,
      });
      let text = "";
      try {
        for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
          const events = (text + chunk).split("\n\n");
          text = events.pop() ?? "";
          const received = performance.now();
          for (const [, data = ""] of events.map((event) => /^data: (.*)$/m.exec(event) ?? []))
            if (data !== "") states.push({ received, state: JSON.parse(data) });
        }
      } catch (error) {
        if (!left.signal.aborted) throw error;
      }
    }

    /** Resolves with the first state from now on that meets the condition. */
    function until(what: string, holds: (state: FlowState) => boolean, timeout = 60_000) {
      const from = states.length;
      return waitFor(() => states.slice(from).find(({ state }) => holds(state)), { what, timeout });
    }

    const service = ({ services }: FlowState, name: string) =>
      services.find((one) => one.name === name) ?? assert.fail(name);
    const queue = ({ queues }: FlowState, name: string) =>
      queues.find((one) => one.name === name) ?? assert.fail(name);

    it("has every service ready, and every queue with its consumers", async () => {
      const { state } = await until("all to be ready", ({ services, queues }) => {
        return (
          services.every(({ status }) => status === "ready") && queues.every(({ consumers }) => consumers > 0)
        );
      });
      assert.deepEqual(
        state.services.map(({ name, replicas }) => [name, replicas]),
        [
          ["inventory", 1],
          ["order", 1],
          ["notification", 1],
        ],
      );
      assert.equal(state.broker.status, "up");
      assert.equal(state.queues.length, 5);
      assert.equal(service(state, "order").outbox?.parked, 0);
      for (const { retryTiers, deadLetters, name } of state.queues) {
        assert.ok(retryTiers.length > 0, name);
        assert.equal(deadLetters.name, `${name}.dead`);
      }
    });

    it("is sent about every second", async () => {
      const first = states.length;
      await waitFor(() => states.length >= first + 4, { what: "four more events", timeout: 20_000 });
      const times = states.slice(first, first + 4).map(({ state }) => Date.parse(state.at));
      for (const [index, time] of times.slice(1).entries()) assert.ok(time - (times[index] ?? 0) >= 900);
    });

    it("has the messages per second of a route", async () => {
      const rate = ({ routes }: FlowState) =>
        routes.find(({ message }) => message === "order.created")?.perSecond ?? 0;
      const risen = until("orders on their route", (state) => rate(state) > 0);
      const { state } = await placingUntil(console().client, risen);
      assert.equal(state.routes.find(({ message }) => message === "order.expired")?.perSecond, 0);
      await until("the rate to end", (state) => rate(state) === 0);
    });

    it("shows a killed service as down within three seconds and its queue filling, and both recovered after its return", async () => {
      await inTime("noticing the death of inventory", 3_000, async () => {
        const { system } = console();
        if (system.service("inventory").hasEnded()) await system.start("inventory");
        await until("inventory to be ready", (state) => service(state, "inventory").status === "ready");
        // A process that is slow counts as down, too, for another reason.
        const isDead = ({ status, causes, replicas }: FlowState["services"][number]) =>
          status === "down" && replicas === 0 && /no process responds/.test(causes.join());
        const down = until("inventory to be down", (state) => isDead(service(state, "inventory")));
        const killed = performance.now();
        await system.service("inventory").stop("SIGKILL");
        return (await down).received - killed;
      });

      for (let i = 0; i < 5; i++) await console().client.place("c-1", [{ sku: "MUG-1", quantity: 1 }]);
      await until("the queue to fill", (state) => queue(state, "inventory.orders").ready >= 5);
      await console().system.start("inventory");
      await until("the queue to drain", (state) => {
        const { ready, inHand } = queue(state, "inventory.orders");
        return ready + inHand === 0 && service(state, "inventory").status === "ready";
      });
    });

    it("is limited to roles that may see everything", async () => {
      for (const role of ["customer", "shipper"]) {
        const response = await fetch(`${console().url}/flow`, {
          headers: await authorizationOf(role, "eve"),
        });
        assert.equal(response.status, 403, role);
      }
      assert.equal((await fetch(`${console().url}/flow`)).status, 401);
    });

    it("is read with a broker user that may change nothing", async () => {
      const management = new ManagementApi(console().system.place.admin.RABBITMQ_MANAGEMENT_URL);
      const user = `${console().system.place.prefix}console`;
      const { tags } = (await management.get(`users/${user}`)) as { tags: unknown };
      assert.deepEqual([tags].flat(), ["monitoring"]);
      const permissions = (await management.get(`users/${user}/permissions`)) as Record<string, string>[];
      assert.deepEqual(
        permissions.map(({ configure, write, read }) => [configure, write, read]),
        [["^$", "^$", "^$"]],
      );
    });

    it("is called through the console like any other call, with the signed-in person's token", async () => {
      const list = (headers: Record<string, string>) =>
        patientFetch(`${console().url}/api/order/orders?limit=1`, { headers });
      assert.equal((await (await list(await authorization())).json()).items.length, 1);
      assert.equal((await (await list(await authorization("c-none"))).json()).items.length, 0);
      const dead = await fetch(`${console().url}/api/order-admin/dead-letters`, {
        headers: await authorization(),
      });
      assert.deepEqual((await dead.json()).items, []);
    });
  });
}
