import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { OutboxMessage } from "@rabbit-contract/messaging";
import { messagingObserver } from "./messaging-observer.ts";
import { Metrics } from "./metrics.ts";
import { valuesOf } from "./testing/values.ts";

const question: OutboxMessage = {
  id: "019a4f2e-7b10-7c3a-9d51-000000000001",
  type: "parcel.asked",
  service: "counter",
  exchange: "questions",
  routingKey: "parcel.asked",
  correlationId: "p-1",
  timestamp: 1_800_000_000,
  headers: {},
  content: "{}",
};

describe("metrics of requests", () => {
  it("count replies with their durations, failures by reason, and answers by outcome", async () => {
    const metrics = new Metrics();
    const observer = messagingObserver(metrics);
    const request = observer.request(question);
    assert.equal(request.message, question);
    request.answered();
    observer.request(question).failed("reply-timeout");
    observer.request(question).failed("aborted");
    const batch = observer.batch("depot.questions", []);
    const answer = { messageId: "a", message: { ...question, type: "parcel.found" }, started: 0 };
    batch.answered({ ...answer, refused: false });
    batch.answered({ ...answer, refused: true });

    const values = valuesOf(await metrics.text());
    const of = (series: string) => values.get(`messaging_${series}}`);
    assert.equal(of('request_duration_seconds_count{message="parcel.asked"'), 1);
    assert.equal(of('request_failures_total{message="parcel.asked",code="reply-timeout"'), 1);
    assert.equal(of('request_failures_total{message="parcel.asked",code="aborted"'), 1);
    for (const outcome of ["sent", "refused"]) {
      const labels = `queue="depot.questions",message="parcel.found",outcome="${outcome}"`;
      assert.equal(of(`answers_total{${labels}`), 1, outcome);
    }
  });
});
