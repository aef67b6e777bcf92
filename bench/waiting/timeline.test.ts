import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bars, medianPassage, type Station, stays, staysOf } from "./timeline.ts";

const stations: readonly Station[] = [
  { place: "order", what: "until the request is received", kind: "event loop" },
  { place: "order", what: "transaction", kind: "transaction" },
  { place: "RabbitMQ", what: "order.created", kind: "broker" },
  { place: "inventory", what: "transaction", kind: "transaction" },
];

describe("the timeline of an order", () => {
  it("counts a point that a coarse clock puts before the last one as the same", () => {
    assert.deepEqual(staysOf([100, 104, 103, 110]), [4, 0, 6]);
  });

  it("gives each station its median, its slowest orders and its share of all time", () => {
    const passages = [
      [0, 1, 2, 3, 10],
      [100, 102, 103, 104, 110],
      [200, 203, 204, 205, 210],
    ];
    const found = stays(stations, passages, ({ place, what }) => `${place} ${what}`);
    assert.deepEqual(
      [...found.keys()],
      stations.map(({ place, what }) => `${place} ${what}`),
    );
    const [first] = found.values();
    assert.equal(first?.p50, 2);
    assert.ok(Math.abs((first?.p99 ?? 0) - 2.98) < 1e-9);
    assert.equal(first?.share, 6 / 30);
    const shares = [...found.values()].reduce((sum, { share }) => sum + share, 0);
    assert.ok(Math.abs(shares - 1) < 1e-9);
  });

  it("adds the stations of a group up for each order", () => {
    const found = stays(
      stations,
      [
        [0, 0, 1, 1, 3],
        [0, 0, 4, 4, 4],
      ],
      ({ kind }) => kind,
    );
    assert.deepEqual(found.get("transaction"), { p50: 3.5, p99: 3.99, share: 1 });
    assert.deepEqual(found.get("broker"), { p50: 0, p99: 0, share: 0 });
  });

  it("shows the order of the median duration, whenever it was placed", () => {
    const fast = [500, 500, 501, 501, 502];
    const median = [0, 1, 2, 3, 4];
    const slow = [90, 95, 96, 97, 99];
    assert.equal(medianPassage([slow, fast, median]), median);
  });

  it("draws a bar where the order was, and at least a mark for each station", () => {
    assert.deepEqual(bars(stations, [0, 2, 6, 8, 8], 8), ["..", "  ####", "      ++", "       #"]);
  });
});
