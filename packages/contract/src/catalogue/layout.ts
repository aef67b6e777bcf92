/** Places the boxes of a layered picture from left to right and routes lines between them; deterministic. */
import { settle } from "./settle.ts";

export interface Box {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Height of the top part of the box, to which lines connect. */
  readonly face: number;
  /** Boxes of one group stay together in their layer. */
  readonly group?: string;
}

/** A line between neighbouring layers. */
export interface Line {
  readonly from: string;
  readonly to: string;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  /** Top left corner of each box, by id. */
  readonly places: ReadonlyMap<string, { readonly x: number; readonly y: number }>;
  /** The lines' paths, in the given order. */
  readonly paths: readonly string[];
}

interface Options {
  readonly layers: readonly (readonly Box[])[];
  readonly lines: readonly Line[];
  /** Between one layer and the next. */
  readonly layerGaps: readonly number[];
  /** Between the boxes of one layer. */
  readonly boxGaps: readonly number[];
}

export function layOut({ layers, lines, layerGaps, boxGaps }: Options): Layout {
  const ordered = untangle(layers, lines);
  const tops = new Map<string, number>();
  const tallest = indexOfTallest(ordered, boxGaps);

  const placeLayer = (index: number) => {
    const layer = ordered[index] ?? [];
    const wanted = layer.map((box) => {
      const neighbours = neighboursOf(box.id, lines).flatMap((id) => middleOf(id) ?? []);
      return neighbours.length === 0 ? 0 : mean(neighbours) - box.face / 2;
    });
    const settled = settle({ wanted, sizes: layer.map((box) => box.height), gap: boxGaps[index] ?? 0 });
    layer.forEach((box, at) => {
      tops.set(box.id, Math.round(settled[at] ?? 0));
    });
  };
  const boxes = new Map(layers.flat().map((box) => [box.id, box]));
  const middleOf = (id: string) => {
    const top = tops.get(id);
    return top === undefined ? undefined : top + (boxes.get(id)?.face ?? 0) / 2;
  };

  placeLayer(tallest);
  for (let index = tallest - 1; index >= 0; index -= 1) placeLayer(index);
  for (let index = tallest + 1; index < ordered.length; index += 1) placeLayer(index);

  const highest = Math.min(0, ...tops.values());
  const places = new Map<string, { x: number; y: number }>();
  let x = 0;
  ordered.forEach((layer, index) => {
    for (const box of layer) places.set(box.id, { x, y: (tops.get(box.id) ?? 0) - highest });
    x += Math.max(0, ...layer.map((box) => box.width)) + (layerGaps[index] ?? 0);
  });
  const height = Math.max(...layers.flat().map((box) => (places.get(box.id)?.y ?? 0) + box.height));
  return { width: x, height, places, paths: lines.map((line) => pathOf(line, lines, boxes, places)) };
}

/** A curve with an arrowhead; lines that end at the same box share its face from top to bottom. */
function pathOf(
  line: Line,
  lines: readonly Line[],
  boxes: ReadonlyMap<string, Box>,
  places: Layout["places"],
): string {
  const from = boxes.get(line.from);
  const to = boxes.get(line.to);
  const start = places.get(line.from);
  const end = places.get(line.to);
  if (!from || !to || !start || !end) throw new Error(`no box for the line ${line.from} to ${line.to}`);
  const arriving = lines
    .filter((other) => other.to === line.to)
    .sort((a, b) => (places.get(a.from)?.y ?? 0) - (places.get(b.from)?.y ?? 0));
  const share = (arriving.indexOf(line) + 1) / (arriving.length + 1);
  const [x1, y1] = [start.x + from.width, Math.round(start.y + from.face / 2)];
  const [x2, y2] = [end.x - 2, Math.round(end.y + to.face * share)];
  const middle = Math.round((x1 + x2) / 2);
  return `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}m-6 -4l6 4l-6 4`;
}

/**
 * Sorts each layer so that few lines cross: every box moves repeatedly towards the mean of its neighbours. This starts
 * from each order of the last layer, since it never leaves a bad one.
 */
function untangle(layers: readonly (readonly Box[])[], lines: readonly Line[]): (readonly Box[])[] {
  const last = layers.at(-1) ?? [];
  let best: Box[][] | undefined;
  for (const start of last.length <= 5 ? permutations(last) : [last]) {
    let current = [...layers.slice(0, -1).map((layer) => [...layer]), [...start]];
    for (let sweep = 0; sweep < 6; sweep += 1) {
      current = swept(current, lines, sweep % 2 === 0);
      if (!best || crossings(current, lines) < crossings(best, lines)) best = current;
    }
  }
  return best ?? [];
}

function swept(layers: readonly (readonly Box[])[], lines: readonly Line[], leftwards: boolean): Box[][] {
  const result = layers.map((layer) => [...layer]);
  const indices = [...result.keys()];
  for (const index of leftwards ? indices.reverse() : indices) {
    const towards = result[leftwards ? index + 1 : index - 1];
    if (towards) sortByNeighbours(result[index] ?? [], towards, lines);
  }
  return result;
}

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.toSpliced(index, 1)).map((others) => [item, ...others]),
  );
}

function sortByNeighbours(layer: Box[], towards: readonly Box[], lines: readonly Line[]): void {
  const position = new Map(towards.map((box, index) => [box.id, index]));
  const own = new Map(
    layer.map((box, index) => {
      const near = neighboursOf(box.id, lines).flatMap((id) => position.get(id) ?? []);
      return [box, near.length === 0 ? index : mean(near)];
    }),
  );
  const ofGroup = (box: Box) =>
    mean(layer.filter((other) => other.group === box.group).map((other) => own.get(other) ?? 0));
  layer.sort((a, b) => {
    if (a.group !== b.group) return ofGroup(a) - ofGroup(b) || ((a.group ?? "") < (b.group ?? "") ? -1 : 1);
    return (own.get(a) ?? 0) - (own.get(b) ?? 0);
  });
}

function crossings(layers: readonly (readonly Box[])[], lines: readonly Line[]): number {
  const position = new Map(layers.flatMap((layer, at) => layer.map((box, index) => [box.id, { at, index }])));
  const ends = lines.map(({ from, to }) => ({ from: position.get(from), to: position.get(to) }));
  let count = 0;
  ends.forEach((a, index) => {
    for (const b of ends.slice(index + 1)) {
      if (a.from?.at !== b.from?.at) continue;
      const before = (a.from?.index ?? 0) - (b.from?.index ?? 0);
      const after = (a.to?.index ?? 0) - (b.to?.index ?? 0);
      if (before * after < 0) count += 1;
    }
  });
  return count;
}

function indexOfTallest(layers: readonly (readonly Box[])[], gaps: readonly number[]): number {
  const heights = layers.map((layer, index) =>
    layer.reduce((sum, box) => sum + box.height + (gaps[index] ?? 0), 0),
  );
  return heights.indexOf(Math.max(...heights));
}

function neighboursOf(id: string, lines: readonly Line[]): string[] {
  return lines.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : []));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
