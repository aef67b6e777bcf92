import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrived } from "../testing/arrived.ts";
import { jobsQueue } from "../testing/fixtures.ts";
import { redirected } from "./redelivery.ts";

const retry = { kind: "retry", reason: "not yet" } as const;

describe("redirecting a failed message", () => {
  it("leads through the tiers one by one, then to the dead-letter queue", () => {
    const routes = [undefined, 1, 2, 3].map((failed) => {
      const headers = { "schema-version": 1, ...(failed && { "retry-attempt": failed }) };
      const { publication, routingKey, deadLettered } = redirected(
        arrived({ properties: { headers } }),
        retry,
        jobsQueue,
      );
      assert.equal(publication.exchange, "shop.redelivery");
      assert.equal(publication.routingKey, routingKey);
      return [routingKey, deadLettered, publication.properties.headers["retry-attempt"]];
    });
    assert.deepEqual(routes, [
      ["jobs.retry.100ms", undefined, 1],
      ["jobs.retry.300ms", undefined, 2],
      ["jobs.dead", "retries-exhausted", 3],
      ["jobs.dead", "retries-exhausted", 4],
    ]);
  });

  it("keeps the original route and the time of the first failure", () => {
    const headers = {
      "retry-attempt": 1,
      "first-failed-at": "2026-01-01T00:00:00.000Z",
      "original-exchange": "depot",
      "original-routing-key": "parcel.late",
    };
    const message = arrived({
      properties: { headers },
      fields: { exchange: "shop.redelivery", routingKey: "jobs" },
    });
    const sent = redirected(message, retry, jobsQueue).publication.properties.headers;
    assert.equal(sent["first-failed-at"], "2026-01-01T00:00:00.000Z");
    assert.equal(sent["original-exchange"], "depot");
    assert.equal(sent["original-routing-key"], "parcel.late");
  });

  it("starts over when the headers make no sense", () => {
    const headers = {
      "retry-attempt": -7,
      "first-failed-at": "once",
      "original-exchange": 3,
      "original-routing-key": "x".repeat(256),
    };
    const sent = redirected(arrived({ properties: { headers } }), retry, jobsQueue).publication.properties
      .headers;
    assert.equal(sent["retry-attempt"], 1);
    assert.ok(Date.parse(sent["first-failed-at"]));
    assert.equal(sent["original-exchange"], "shop");
    assert.equal(sent["original-routing-key"], "job.added");
  });

  it("drops whatever would change its route, lifetime or sender", () => {
    const headers = { CC: ["jobs"], BCC: "jobs", "x-death": [], "x-delivery-count": 3, colour: "red" };
    const properties = { headers, expiration: "1000", userId: "counter", priority: 9, replyTo: "me" };
    const { properties: sent } = redirected(arrived({ properties }), retry, jobsQueue).publication;
    assert.deepEqual(
      ["expiration", "userId", "priority", "replyTo"].filter((key) => key in sent),
      [],
    );
    assert.deepEqual(
      Object.keys(sent.headers).filter((key) => /^(x-|b?cc)/i.test(key)),
      [],
    );
    assert.equal(sent.headers.colour, "red");
    assert.equal(sent.persistent, true);
    assert.equal(sent.mandatory, true);
  });

  it("shortens the reason to 500 characters without splitting one", () => {
    const reason = `${"x".repeat(499)}😀`;
    const sent = redirected(arrived(), { ...retry, reason }, jobsQueue).publication.properties.headers;
    assert.equal(sent["failure-reason"], `${"x".repeat(499)}\uFFFD`);
  });

  it("names the reason of a dead letter", () => {
    const failure = { kind: "dead-letter", why: "rejected", reason: "no good" } as const;
    const { publication, deadLettered } = redirected(arrived(), failure, jobsQueue);
    assert.equal(deadLettered, "rejected");
    assert.equal(publication.routingKey, "jobs.dead");
    assert.equal(publication.properties.headers["dead-letter-reason"], "rejected");
    assert.ok(Date.parse(publication.properties.headers["dead-lettered-at"]));
  });
});
