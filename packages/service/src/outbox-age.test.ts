import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { job, MessagingFixture } from "@rabbit-contract/messaging/testing";
import { insertIntoOutbox, Relay } from "@rabbit-contract/postgres";
import { type OpenTestDatabase, openTestDatabase } from "@rabbit-contract/postgres/testing";
import { healthChecks } from "./health-checks.ts";
import { Metrics } from "./telemetry/metrics.ts";
import { sampleOutbox } from "./telemetry/outbox-observer.ts";
import { valuesOf } from "./telemetry/testing/values.ts";

/** Seconds. */
const hour = 3_600;

describe("the age of the oldest message in the outbox", () => {
  let fixture: MessagingFixture;
  let testing: OpenTestDatabase;
  let ready: () => Promise<unknown>;

  before(async () => {
    fixture = await MessagingFixture.create();
    testing = await openTestDatabase();
    const { database } = testing;
    const broker = await fixture.ready();
    const relay = new Relay({ sql: database.sql, publisher: broker.publisher, log: fixture.log });
    ready = async () => healthChecks({ broker, health: database, relay, jobs: [] }).outbox?.run();
  });
  after(async () => {
    await testing.close();
    await fixture.end();
  });

  for (const [clock, seconds] of [
    ["an hour behind", -hour],
    ["an hour ahead", hour],
  ] as const) {
    it(`is right when the clock of the process that wrote it is ${clock}`, async () => {
      const { pool, database } = testing;
      const age = async () => {
        const metrics = new Metrics();
        sampleOutbox(metrics, database.sql);
        return valuesOf(await metrics.text()).get("outbox_oldest_age_seconds") ?? Number.NaN;
      };
      try {
        const written = job("one");
        await insertIntoOutbox(pool, [{ ...written, timestamp: written.timestamp + seconds }], hour);
        await ready();
        assert.ok((await age()) < 10);
        await pool.query("update outbox set written_at = now() - interval '40 s'");
        await assert.rejects(ready(), /the oldest message has been waiting for 4\d s/);
        assert.ok((await age()) >= 40);
      } finally {
        await pool.query("delete from outbox");
      }
    });
  }
});
