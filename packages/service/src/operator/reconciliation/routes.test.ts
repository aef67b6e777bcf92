import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type OpenTestDatabase, openTestDatabase } from "@rabbit-contract/postgres/testing";
import { sql } from "drizzle-orm";
import { createApp, listen } from "../../http/app.ts";
import { closed, uuid } from "../../http/schema.ts";
import { createLogger } from "../../log.ts";
import type { Server } from "../../runtime/runtime.ts";
import { expectProblem } from "../../testing/http.ts";
import { authorization, sampleGuard } from "../../testing/sample-app.ts";
import type { Source } from "./reconcile.ts";
import { reconciliationRoutes } from "./routes.ts";
import { listOf } from "./selection.ts";
import { idsOf, type TimeRange, timesOf } from "./time-range.ts";

const log = createLogger({ service: "test", level: "silent" });

/** Reads one entity with the current time. */
const thingOfNow = (range: TimeRange): Source => {
  return async ({ sql: executor }) => {
    const id = sql`(select lpad(to_hex((extract(epoch from now()) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;
    const { rows } = await executor.execute(
      sql`select 1 where ${idsOf(id, range)} and ${timesOf(sql`now()`, range)}`,
    );
    return { count: rows.length, last: undefined };
  };
};

describe("a reconciliation over REST", () => {
  let testing: OpenTestDatabase;
  let server: Server;

  before(async () => {
    testing = await openTestDatabase();
    const app = createApp({ title: "Jobs", version: "1.0.0", description: "…", log, guard: sampleGuard }).use(
      reconciliationRoutes({
        database: testing.database,
        log,
        description: "…",
        selection: closed({ jobIds: listOf(uuid(), "These jobs") }),
        sourcesOf: (range) => [thingOfNow(range)],
      }),
    );
    server = await listen(app, { port: 0, hostname: "127.0.0.1", log });
  });
  after(async () => {
    await server.stop();
    await testing.close();
  });

  const reconcile = async (body: object) =>
    fetch(`${server.url}/reconciliations`, {
      method: "POST",
      headers: { ...(await authorization()), "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  for (const from of [
    "2026-02-30T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "2026-01-31T12:00:00-16:30",
    "2026-01-31T12:00:00.1234567891Z",
    "10000-01-01T00:00:00Z",
  ]) {
    it(`refuses ${from}, and names the field`, async () => {
      for (const field of ["from", "to"]) {
        const { errors } = await expectProblem(await reconcile({ [field]: from }), 422, "invalid-input");
        assert.deepEqual([errors.length, errors[0].pointer], [1, `/${field}`]);
      }
    });
  }

  it("accepts any time in the years 1 to 9999", async () => {
    for (const [from, to] of [
      ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"],
      ["0001-01-01T15:59:00+15:59", "9999-12-31T08:00:00-15:59"],
      ["2016-12-31T23:59:60Z", "2099-03-14t09:26:53z"],
    ]) {
      const response = await reconcile({ from, to });
      assert.equal(response.status, 200, `${from} ${await response.clone().text()}`);
      const { state, examined } = await response.json();
      assert.deepEqual({ state, examined }, { state: "complete", examined: 1 });
    }
    const { examined } = await (await reconcile({ from: "9999-12-31T23:59:59Z" })).json();
    assert.equal(examined, 0);
  });

  it("refuses a range that ends before it begins, however the times are written", async () => {
    for (const [from, to] of [
      ["2026-01-31T13:00:00Z", "2026-01-31T12:00:00Z"],
      ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"],
      ["2026-01-31T12:00:00-01:00", "2026-01-31T12:30:00Z"],
    ]) {
      const { errors } = await expectProblem(await reconcile({ from, to }), 422, "invalid-input");
      assert.equal(errors[0].pointer, "/to");
    }
    assert.equal(
      (await reconcile({ from: "2026-01-31T12:00:00Z", to: "2026-01-31T12:30:00+00:15" })).status,
      200,
    );
  });
});
