import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, it } from "node:test";

import { eventually, freePort } from "@rabbit-contract/messaging/testing";
import { allReady, statusTable } from "../commands/status.ts";

import { type Health, healthOf } from "./readiness.ts";

const since = "2026-01-31T12:00:00.000Z";
const up = { status: "up", since };
const down = { status: "down", since, cause: "no connection" };

/** The state shown for a part that responds like this. */
async function healthWith(status: number, body: object): Promise<Health> {
  const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await healthOf("order", (server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe("make status", () => {
  it("asks each part for its state, and why something does not work", async () => {
    const answers: [number, object, Health][] = [
      [200, { status: "ready", checks: { database: up } }, { readiness: "ready", troubles: [] }],
      [
        200,
        { status: "degraded", checks: { database: up, broker: down } },
        { readiness: "degraded", troubles: ["broker: no connection"] },
      ],
      [
        503,
        { status: "unavailable", checks: { database: down, broker: down } },
        { readiness: "not ready", troubles: ["database: no connection", "broker: no connection"] },
      ],
    ];
    // A part has three seconds to answer.
    for (const [status, body, expected] of answers)
      await eventually(async () => assert.deepEqual(await healthWith(status, body), expected));
    assert.deepEqual(await healthOf("order", await freePort()), { readiness: "not ready", troubles: [] });
  });

  it("shows one table and the causes, and succeeds only if every part is healthy", () => {
    const parts = [
      {
        name: "order",
        state: "degraded",
        troubles: ["broker: no connection"],
        where: "http://127.0.0.1:8002",
        pid: 7,
      },
      { name: "migrate", state: "done", where: "" },
    ] as const;
    assert.deepEqual(statusTable(parts).split("\n"), [
      "part      state         where                   pid",
      "order     degraded      http://127.0.0.1:8002   7",
      "migrate   done",
      "order: broker: no connection",
    ]);
    assert.equal(allReady(parts), false);
    assert.equal(allReady(parts.slice(1)), true);
  });
});
