import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FailureSpan } from "@rabbit-contract/messaging";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { eventually, MessagingFixture } from "@rabbit-contract/messaging/testing";
import { createDatabase, openPool, type Relay } from "@rabbit-contract/postgres";
import { healthChecks } from "./health-checks.ts";

describe("the readiness of the outbox", () => {
  it("stays up when one query fails, for example because the table is locked", async () => {
    const fixture = await MessagingFixture.create();
    const { log } = fixture;
    const broker = await fixture.ready();
    const url = "postgres://127.0.0.1:1/nowhere";
    const health = createDatabase(openPool({ url, applicationName: "test", log }), { log });
    const relay = { failures: new FailureSpan() } as Relay;
    await assert.rejects(health.ping());
    await healthChecks({ broker, health, relay, jobs: [] }).outbox?.run();
    await health.close();
    await fixture.end();
  });
});

describe("the readiness of the broker", () => {
  it("is down with the cause while the service lacks permissions, although it is connected", async () => {
    const fixture = await MessagingFixture.create();
    const { log } = fixture;
    const { name, managementUrl } = fixture.host;
    const broker = await fixture.ready({ declareInterval: 100 });
    // Never connected: only the broker is asked.
    const health = createDatabase(openPool({ url: "postgres://nowhere", applicationName: "test", log }), {
      log,
    });
    const check = async () => healthChecks({ broker, health, jobs: [] }).broker?.run();
    await check();
    await new ManagementApi(managementUrl).put(`permissions/${name}/${name}`, {
      configure: "^$",
      write: "^$",
      read: "^$",
    });
    await eventually(() => assert.rejects(check, /lacks permissions: .*refused for user/));
    assert.equal(broker.connected, true);
    await health.close();
    await fixture.end();
  });
});
