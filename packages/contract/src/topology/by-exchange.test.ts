import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { readContract } from "../read-contract.ts";
import { queuesReached, sendsTowards } from "./by-exchange.ts";
import { reaches } from "./routes.ts";

/** Every type of exchange, and an alternate exchange. */
const text = readFileSync(new URL("../../golden/routing/asyncapi.yaml", import.meta.url), "utf8");

describe("queues and sends by exchange", () => {
  it("are, for each route, the queues that a search of all queues finds", async () => {
    const { routes, queues } = await readContract("routing.yaml", { text });
    assert.ok(routes.some(({ exchange }) => exchange.alternate));
    for (const route of routes) {
      const all = queues.filter((queue) => reaches(route, queue));
      assert.deepEqual(namesOf(queuesReached(route, queues)), namesOf(all), route.channel);
    }
  });

  it("leave out no operation whose messages reach a queue", async () => {
    const { sends, queues } = await readContract("routing.yaml", { text });
    for (const queue of queues) {
      const candidates = sendsTowards(queue, sends);
      const all = sends.filter(({ route }) => reaches(route, queue));
      assert.deepEqual(
        all.filter((send) => !candidates.includes(send)),
        [],
        queue.name,
      );
    }
  });
});

function namesOf(queues: readonly { readonly name: string }[]): string[] {
  return queues.map(({ name }) => name).sort();
}
