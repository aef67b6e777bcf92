import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Metrics } from "./metrics.ts";
import { valuesOf } from "./testing/values.ts";

describe("metrics", () => {
  it("shows counters and histograms with their labels, help and type", async () => {
    const metrics = new Metrics();
    const count = metrics.counter({ name: "things_total", help: "Things that came", labels: ["kind"] });
    const observe = metrics.histogram({ name: "thing_duration_seconds", help: "How long", buckets: [1, 5] });
    count({ kind: "round" });
    count({ kind: "round" }, 2);
    observe({}, 3);
    const text = await metrics.text();
    assert.match(text, /^# HELP things_total Things that came$/m);
    assert.match(text, /^# TYPE thing_duration_seconds histogram$/m);
    const values = valuesOf(text);
    assert.equal(values.get('things_total{kind="round"}'), 3);
    assert.equal(values.get('thing_duration_seconds_bucket{le="1"}'), 0);
    assert.equal(values.get('thing_duration_seconds_bucket{le="5"}'), 1);
    assert.match(metrics.contentType, /^text\/plain; version=0\.0\.4/);
  });

  it("shows what a gauge reads at the scrape, and nothing from before", async () => {
    const metrics = new Metrics();
    let queues = ["a", "b"];
    metrics.gauge({ name: "queue_messages", help: "Depth", labels: ["queue"] }, () =>
      queues.map((queue) => ({ labels: { queue }, value: 1 })),
    );
    assert.equal(valuesOf(await metrics.text()).has('queue_messages{queue="a"}'), true);
    queues = ["b"];
    const later = valuesOf(await metrics.text());
    assert.equal(later.has('queue_messages{queue="a"}'), false);
    assert.equal(later.get('queue_messages{queue="b"}'), 1);
  });

  it("takes one sample for all scrapes within its lifetime", async () => {
    const metrics = new Metrics();
    let asked = 0;
    metrics.sample({ gauges: { rows: "Rows" }, read: async () => ({ rows: ++asked }), maxAge: 600_000 });
    await Promise.all([metrics.text(), metrics.text()]);
    assert.equal(valuesOf(await metrics.text()).get("rows"), 1);
    const eager = new Metrics();
    eager.sample({ gauges: { rows: "Rows" }, read: async () => ({ rows: ++asked }), maxAge: 0 });
    await eager.text();
    assert.equal(valuesOf(await eager.text()).get("rows"), 3);
  });

  it("omits a failed sample, counts the failure, and shows the next one that succeeds", async () => {
    const metrics = new Metrics();
    let away = true;
    const read = async () => {
      if (away) throw new Error("the database is away");
      return { rows: 7 };
    };
    metrics.sample({ gauges: { rows: "Rows" }, read, maxAge: 0 });
    const values = valuesOf(await metrics.text());
    assert.equal(values.has("rows"), false);
    assert.equal(valuesOf(await metrics.text()).get("telemetry_sample_failures_total"), 2);
    away = false;
    assert.equal(valuesOf(await metrics.text()).get("rows"), 7);
  });

  it("does not wait forever for a sample", async () => {
    const metrics = new Metrics();
    const read = () => new Promise<{ rows: number }>(() => {});
    metrics.sample({ gauges: { rows: "Rows" }, read });
    metrics.gauge({ name: "other", help: "Another" }, () => [{ labels: {}, value: 1 }]);
    const values = valuesOf(await metrics.text());
    assert.equal(values.has("rows"), false);
    assert.equal(values.get("other"), 1);
  });
});
