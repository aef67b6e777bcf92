import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Box, layOut } from "./layout.ts";
import { settle } from "./settle.ts";

const box = (id: string, group?: string): Box => ({
  id,
  width: 100,
  height: 40,
  face: 40,
  ...(group !== undefined && { group }),
});

const options = { layerGaps: [50, 50, 0], boxGaps: [10, 10, 10] };

describe("layout", () => {
  it("puts boxes at their preferred places, as far as their order and the gap allow", () => {
    assert.deepEqual(settle({ wanted: [0, 100], sizes: [20, 20], gap: 10 }), [0, 100]);
    assert.deepEqual(settle({ wanted: [50, 50], sizes: [20, 20], gap: 10 }), [35, 65]);
    assert.deepEqual(settle({ wanted: [100, 0], sizes: [20, 20], gap: 10 }), [35, 65]);
    assert.deepEqual(settle({ wanted: [], sizes: [], gap: 10 }), []);
  });

  it("puts each layer to the right of the previous one, without overlaps", () => {
    const layers = [[box("a"), box("b")], [box("c"), box("d"), box("e")], [box("f")]];
    const lines = [
      { from: "a", to: "e" },
      { from: "b", to: "c" },
      { from: "b", to: "d" },
      { from: "c", to: "f" },
      { from: "e", to: "f" },
    ];
    const { places, width, height } = layOut({ layers, lines, ...options });
    for (const [index, layer] of layers.entries()) {
      const tops = layer.map(({ id }) => places.get(id)?.y ?? Number.NaN).sort((a, b) => a - b);
      for (const [at, top] of tops.entries()) {
        assert.ok(top >= 0 && top + 40 <= height);
        if (at > 0) assert.ok(top - (tops[at - 1] ?? 0) >= 50, `layer ${index}: ${tops}`);
      }
      for (const { id } of layer) assert.equal(places.get(id)?.x, index * 150);
    }
    assert.equal(width, 400);
  });

  it("sorts the boxes so that no lines cross unnecessarily", () => {
    const layers = [
      [box("a"), box("b"), box("c")],
      [box("x"), box("y"), box("z")],
    ];
    const lines = [
      { from: "a", to: "z" },
      { from: "b", to: "x" },
      { from: "c", to: "y" },
    ];
    const { places } = layOut({ layers, lines, ...options });
    const y = (id: string) => places.get(id)?.y ?? Number.NaN;
    for (const { from, to } of lines) assert.equal(y(from), y(to));
  });

  it("keeps the boxes of a group together", () => {
    const layers = [
      [box("a1", "a"), box("b1", "b"), box("a2", "a"), box("b2", "b")],
      [box("x"), box("y")],
    ];
    const lines = [
      { from: "a1", to: "x" },
      { from: "a2", to: "y" },
      { from: "b1", to: "x" },
      { from: "b2", to: "y" },
    ];
    const { places } = layOut({ layers, lines, ...options });
    const order = ["a1", "a2", "b1", "b2"].sort((a, b) => (places.get(a)?.y ?? 0) - (places.get(b)?.y ?? 0));
    assert.equal(order[0]?.[0], order[1]?.[0]);
    assert.equal(order[2]?.[0], order[3]?.[0]);
  });

  it("is deterministic", () => {
    const layers = [[box("a"), box("b")], [box("c")]];
    const lines = [
      { from: "a", to: "c" },
      { from: "b", to: "c" },
    ];
    assert.deepEqual(layOut({ layers, lines, ...options }), layOut({ layers, lines, ...options }));
  });

  it("names a line that leads nowhere", () => {
    const lines = [{ from: "a", to: "gone" }];
    assert.throws(() => layOut({ layers: [[box("a")]], lines, ...options }), /the line a to gone/);
  });
});
