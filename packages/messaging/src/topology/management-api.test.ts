import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type TestVirtualHost, testVirtualHost } from "../testing/virtual-host.ts";
import { ManagementApi, ManagementError } from "./management-api.ts";

describe("the client of the management API", () => {
  let host: TestVirtualHost;
  let api: ManagementApi;
  before(async () => {
    host = await testVirtualHost();
    api = new ManagementApi(host.managementUrl);
  });
  after(() => host?.drop());

  it("creates, reads and deletes an object", async () => {
    const path = `queues/${host.name}/jobs`;
    await api.put(path, { durable: true });
    assert.equal((await host.queues())[0]?.name, "jobs");
    await api.delete(path);
    assert.deepEqual(await host.queues(), []);
  });

  it("fails on a missing object unless the caller allows for it", async () => {
    const path = `queues/${host.name}/missing`;
    const missing = { name: "ManagementError", status: 404 };
    await assert.rejects(api.get(path), missing);
    await assert.rejects(api.delete(path), missing);
    await assert.rejects(host.deleteQueue("missing"), missing);
    assert.equal(await api.getIfPresent(path), undefined);
    await api.deleteIfPresent(path);
  });

  it("says what the broker refused, and never the password", async () => {
    await assert.rejects(api.put(`queues/${host.name}/a`, { durable: "perhaps" }), ManagementError);
    const url = Object.assign(new URL(host.managementUrl), { password: "s3cret" });
    await assert.rejects(new ManagementApi(url.href).get("whoami"), (error) => {
      assert.ok(error instanceof ManagementError);
      assert.equal(error.status, 401);
      assert.match(error.message, /check the user and password/);
      assert.doesNotMatch(error.message, /s3cret/);
      return true;
    });
  });

  it("names the address at which it found no server", async () => {
    const nowhere = new ManagementApi("http://user:password@127.0.0.1:1");
    await assert.rejects(nowhere.get("whoami"), {
      message: "cannot reach the management API at http://127.0.0.1:1/api/: is the broker running?",
      status: undefined,
    });
  });
});
