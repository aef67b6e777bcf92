import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { jobsQueue, shop } from "../testing/fixtures.ts";
import { requireConsumers } from "./require-consumers.ts";

const consumer = (queue: string) => ({ queue, active: false, trouble: () => undefined });

describe("a service that has started", () => {
  const queues = ["jobs", "parcels", "returns"].map((name) => ({ ...jobsQueue, name }));
  const service = { ...shop, queues };

  it("must consume each queue that the contract gives it, connected or not", () => {
    requireConsumers(service, { consumers: queues.map(({ name }) => consumer(name)) });
    requireConsumers({ ...shop, queues: [] }, { consumers: [] });
  });

  it("gets an error that names the queues that it does not consume", () => {
    assert.throws(() => requireConsumers(service, { consumers: [consumer("parcels")] }), {
      message: /^the shop service does not consume jobs, returns: call broker\.consume/,
    });
  });
});
