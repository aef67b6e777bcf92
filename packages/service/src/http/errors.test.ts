import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CommitOutcomeUnknown, openPool } from "@rabbit-contract/postgres";
import { memoryLog } from "../testing/http.ts";
import { problemMapper } from "./errors.ts";

const trace = { traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };

describe("the log of failed requests", () => {
  it("has each request whose outcome is unknown, even during an outage", async () => {
    const { log, lines } = memoryLog();
    const problemOf = problemMapper({ log });
    const pool = openPool({ url: "postgres://127.0.0.1:1/nowhere", applicationName: "test", log });
    const away = await pool.query("select 1").catch((error: unknown) => error);
    await pool.end();
    problemOf(away, { requestId: "away", trace });
    problemOf(away, { requestId: "away again", trace });
    for (const requestId of ["first", "second"]) {
      problemOf(new CommitOutcomeUnknown("the connection was lost"), { requestId, trace });
    }
    const found = lines.flatMap(({ requestId }) => requestId ?? []);
    assert.deepEqual(found, ["away", "first", "second"]);
  });
});
