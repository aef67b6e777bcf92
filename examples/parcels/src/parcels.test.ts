import assert from "node:assert/strict";
import { it } from "node:test";
import { startDepot } from "./depot.ts";
import { startTracking } from "./tracking.ts";

const url = process.env.AMQP_URL ?? "amqp://guest:guest@localhost:5672";

it("tells where a parcel is once it was scanned", { timeout: 60_000 }, async () => {
  const tracking = await startTracking(url);
  const depot = await startDepot(url);
  try {
    const scan = { parcelId: "p-1", place: "Pier 4", region: "north", carrier: "Slow Boat" };
    // Until tracking's queue is bound the broker returns the scan; an outbox would try again as well.
    const accepted = () =>
      depot.scan(scan).then(
        () => true,
        (error) => {
          if (error.code === "message-returned" || error.code === "topology-mismatch") return false;
          throw error;
        },
      );
    while (!(await accepted()) || !tracking.positions.has("p-1"))
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await depot.whereIs("p-1"), "Pier 4, with Slow Boat");
    assert.equal(await depot.whereIs("p-2"), undefined);
  } finally {
    await depot.close();
    await tracking.close();
  }
});

it("sends nothing that the contract does not allow", async () => {
  const depot = await startDepot(url);
  try {
    const scan = { parcelId: "p-one", place: "Pier 4", region: "north", carrier: "Slow Boat" };
    await assert.rejects(depot.scan(scan), /parcelId/);
  } finally {
    await depot.close();
  }
});
