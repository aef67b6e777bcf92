import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { allDone } from "../consume/outcome.ts";
import { job, jobsQueue, MessagingFixture, queue, topology } from "../testing/fixtures.ts";

describe("the topology of a service", () => {
  let fixture: MessagingFixture;
  before(async () => {
    fixture = await MessagingFixture.create();
  });
  after(() => fixture.end());

  it("is declared as described, any number of times", async () => {
    await fixture.ready({ declareInterval: 50 });
    await fixture.ready({ declareInterval: 50 });
    const queues = await fixture.host.queues();
    assert.deepEqual(
      queues.map(({ name, durable, arguments: args }) => ({ name, durable, arguments: args })).sort(byName),
      topology.queues
        .map(({ name, durable, arguments: args }) => ({ name, durable, arguments: args }))
        .sort(byName),
    );
    const bindings = await fixture.host.bindings();
    assert.deepEqual(
      bindings.map((binding) => `${binding.source} ${binding.routing_key} ${binding.destination}`).sort(),
      topology.queues
        .flatMap(({ name, bindings }) => bindings.map((b) => `${b.exchange} ${b.routingKey} ${name}`))
        .sort(),
    );
    assert.deepEqual(fixture.log.matching(/cannot declare/), []);
  });

  it("reports the queue and both values when the broker has another setting, and works nevertheless", async () => {
    const [tier] = jobsQueue.retryTiers;
    assert.ok(tier);
    const other = queue(tier.queue, {
      ...topology.queues.find(({ name }) => name === tier.queue)?.arguments,
      "x-message-ttl": 200,
    });
    const mismatched = {
      ...topology,
      queues: topology.queues.map((q) => (q.name === other.name ? other : q)),
    };
    const broker = await fixture.ready({ topology: mismatched });
    const [line] = fixture.log.matching(/cannot declare/);
    assert.equal(line?.level, "error");
    assert.equal(
      line.message,
      `cannot declare queue "jobs.retry.100ms": its "x-message-ttl" is '100' on the broker, and '200' in the contract; ` +
        "set the contract back, or delete it on the broker once it is empty",
    );
    fixture.consume(broker, async (deliveries) => allDone(deliveries));
    await broker.publisher.publish(job("one"));
  });
});

const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
