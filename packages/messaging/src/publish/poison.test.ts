import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { MessagingError, UnacceptableMessageError } from "../errors.ts";
import type { OutboxMessage } from "../message/message.ts";
import { job, MessagingFixture } from "../testing/fixtures.ts";
import { eventually } from "../testing/wait.ts";
import { ManagementApi } from "../topology/management-api.ts";
import { exchangeIn, publishFault, reasonOf } from "./fault.ts";

describe("one message that the broker refuses", () => {
  let fixture: MessagingFixture;
  before(async () => {
    fixture = await MessagingFixture.create();
  });
  afterEach(async () => {
    await fixture.closeBrokers();
    await fixture.host.deleteQueue("jobs");
  });
  after(() => fixture.end());

  const publishing = async (messages: readonly OutboxMessage[], options = {}) => {
    const { publisher } = await fixture.ready({ publishWindow: 20, ...options });
    return Promise.allSettled(messages.map((message) => publisher.publish(message)));
  };
  const jobs = (count: number) => Array.from({ length: count }, (_, n) => job(`${n}`));
  const among = (poison: OutboxMessage) => [...jobs(50), poison, ...jobs(50)];
  const outcomes = (results: readonly PromiseSettledResult<void>[]) =>
    new Set(results.map((result) => (result.status === "fulfilled" ? "ok" : nameOf(result.reason))));

  const poisons = {
    "whose exchange is missing": [job("p", { exchange: "gone" }), "exchange-missing"],
    "whose exchange may not be written to": [job("p", { exchange: "amq.rabbitmq.trace" }), "not-permitted"],
    "on a route that no queue is bound for": [job("p", { routingKey: "nowhere" }), "unroutable"],
    "with headers that are too large for a frame": [
      { ...job("p"), headers: { tracestate: "x".repeat(100_000) } },
      "unencodable",
    ],
    "with a routing key that is too long": [job("p", { routingKey: "k".repeat(256) }), "unencodable"],
  } as const;
  for (const [name, [poison, reason]] of Object.entries(poisons)) {
    it(`${name} is found to be the cause, and the others are published`, async () => {
      const results = await publishing(among(poison));
      const [rejected] = results.splice(50, 1);
      assert.equal(rejected?.status === "rejected" && nameOf(rejected.reason), reason);
      assert.deepEqual(outcomes(results), new Set(["ok"]));
      // Those that were in flight when the channel closed may have arrived before as well.
      assert.ok((await fixture.host.queueDepth("jobs")) >= 100);
    });
  }

  it("is found again at each attempt, without affecting the others", async () => {
    const broker = await fixture.ready();
    const poison = job("p", { exchange: "gone" });
    await assert.rejects(broker.publisher.publish(poison), { code: "message-unacceptable" });
    await eventually(() => assert.equal(broker.publisher.ready, true));
    const lost = () => fixture.log.matching(/publisher's channel was lost/).length;
    const before = lost();
    for (let n = 0; n < 3; n++) {
      await assert.rejects(broker.publisher.publishAlone(poison), { code: "message-unacceptable" });
      await assert.rejects(broker.publisher.publish(poison), { code: "message-unacceptable" });
      await broker.publisher.publish(job(`${n}`));
    }
    assert.equal(lost(), before);
  });

  it("is published once its exchange exists", async () => {
    const broker = await fixture.ready();
    const poison = job("p", { exchange: "late" });
    await assert.rejects(broker.publisher.publish(poison), { code: "message-unacceptable" });
    const management = new ManagementApi(fixture.host.managementUrl);
    await management.put(`exchanges/${fixture.host.name}/late`, { type: "fanout" });
    await management.post(`bindings/${fixture.host.name}/e/late/q/jobs`, {});
    await eventually(() => broker.publisher.publishAlone(poison));
    await fixture.left("jobs", 1);
    await fixture.host.deleteExchange("late");
  });

  it("waits with all others for a missing exchange of the service, until it is declared again", async () => {
    const broker = await fixture.ready();
    await fixture.host.deleteExchange("shop");
    const results = await Promise.allSettled(jobs(100).map((message) => broker.publisher.publish(message)));
    for (const outcome of outcomes(results)) {
      assert.ok(["topology-mismatch", "message-returned", "ok"].includes(outcome), outcome);
    }
    await eventually(() => broker.publisher.publish(job("after")));
    assert.deepEqual(broker.publisher.pausedRoutes, []);
  });

  it("pauses the routes of an exchange that the service may no longer write to, and says why", async () => {
    const { name, managementUrl } = fixture.host;
    const management = new ManagementApi(managementUrl);
    const permit = (write: string) =>
      management.put(`permissions/${name}/${name}`, { configure: ".*", write, read: ".*" });
    await permit("^(?!shop$).*");
    const { publisher } = await fixture.ready();
    await eventually(async () => {
      await assert.rejects(publisher.publish(job("refused")), {
        code: "topology-mismatch",
        message: /access to exchange 'shop'.*refused for user/s,
      });
      assert.equal(publisher.ready, true);
      // For a second, then one message may try again.
      assert.deepEqual(
        publisher.pausedRoutes.map(({ exchange }) => exchange),
        ["shop", "shop"],
      );
    });

    const resumed = new Promise<void>((resolve) => publisher.onReady(resolve));
    await permit(".*");
    await eventually(() => publisher.publish(job("permitted")));
    await resumed;
    assert.deepEqual(publisher.pausedRoutes, []);
  });
});

describe("the reason why the broker closes a channel", () => {
  const closed = (code: number, text: string, methodId = 40) =>
    new MessagingError("channel-closed", "not confirmed", {
      cause: Object.assign(new Error(`Channel closed by server: ${code} (X) with message "${text}"`), {
        code,
        classId: 60,
        methodId,
      }),
    });
  const answers = [
    [404, "NOT_FOUND - no exchange 'a' in vhost '/'", "exchange-missing", "a"],
    [
      403,
      "ACCESS_REFUSED - access to exchange 'a'b' in vhost '/' refused for user 'u'",
      "not-permitted",
      "a'b",
    ],
    [403, "ACCESS_REFUSED - cannot publish to internal exchange 'a' in vhost '/'", "not-permitted", "a"],
    [
      406,
      "PRECONDITION_FAILED - message size 9 is larger than configured max size 8",
      "too-large",
      undefined,
    ],
    [311, "CONTENT_TOO_LARGE", "too-large", undefined],
    [406, "PRECONDITION_FAILED - user_id property set to 'b'", "refused", undefined],
  ] as const;
  for (const [code, text, reason, exchange] of answers) {
    it(`is ${reason} for ${code} ${text}`, () => {
      const fault = publishFault(closed(code, text));
      assert.ok(fault);
      assert.deepEqual(fault, { code, text });
      assert.equal(reasonOf(fault), reason);
      assert.equal(exchangeIn(fault), exchange);
    });
  }

  it("is not a message when another request was refused, or the connection was lost", () => {
    assert.equal(publishFault(closed(404, "NOT_FOUND - no queue 'q' in vhost '/'", 20)), undefined);
    assert.equal(publishFault(new MessagingError("connection-closed", "lost")), undefined);
    assert.equal(publishFault(new MessagingError("channel-closed", "given up")), undefined);
  });
});

function nameOf(error: unknown): string {
  if (error instanceof UnacceptableMessageError) return error.reason;
  return error instanceof MessagingError ? error.code : String(error);
}
