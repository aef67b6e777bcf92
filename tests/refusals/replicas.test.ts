/** The processes of a service share their limits per caller and per address. There are two processes, or REPLICAS. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { authorization } from "@orders/stack/testing/access";
import { startService, type TestService } from "@orders/stack/testing/service";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import { eventually } from "@rabbit-contract/messaging/testing";

const count = Number(process.env.REPLICAS || 2);

let system: TestSystem;
let replicas: TestService[] = [];

before(async () => {
  system = await startSystem({ services: [] });
  // A burst has five seconds' worth of calls; the other caller calls each process twice.
  const limits = { RATE_LIMIT: String(Math.ceil((2 * count) / 5)), REFUSAL_LIMIT: "1" };
  const start = () => startService("notification", { ...system.environment("notification"), ...limits });
  replicas = await Promise.all(Array.from({ length: count }, start));
});
after(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await system.stop();
});

/** Calls every process. @returns the statuses, and the longest `Retry-After` */
async function call(headers: Record<string, string>) {
  const responses = await Promise.all(replicas.map(({ url }) => fetch(`${url}/notifications`, { headers })));
  await Promise.all(responses.map((response) => response.body?.cancel()));
  const waits = responses.map((response) => Number(response.headers.get("retry-after")));
  return { statuses: responses.map(({ status }) => status), retryAfter: Math.max(...waits) };
}

describe(`${count} replicas`, () => {
  for (const [who, allowed, headers] of [
    ["a caller", 200, () => authorization("c-1")],
    ["an address without a token", 401, async () => ({})],
  ] as const) {
    it(`refuse ${who} because of calls that other processes have allowed`, async () => {
      assert.deepEqual((await call(await headers())).statuses, Array(count).fill(allowed));
      await eventually(
        async () => {
          const { retryAfter } = await call(await headers());
          // Because of calls that it has allowed itself, a process refuses for a second at most.
          assert.ok(retryAfter > 1, `Retry-After is ${retryAfter} s`);
        },
        { interval: 10, timeout: 30_000 },
      );
    });

    it(`accept another caller while they refuse ${who}`, async () => {
      assert.deepEqual((await call(await authorization("c-2"))).statuses, Array(count).fill(200));
    });
  }
});
