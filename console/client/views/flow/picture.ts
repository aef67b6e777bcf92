/** The topology picture of the catalogue, with room for live numbers. Runs while the page is built. */
import { join } from "node:path";
import { readContract } from "@rabbit-contract/contract";
import {
  duration,
  hueOf,
  layOut,
  type TopologyNode,
  topologyGraph,
} from "@rabbit-contract/contract/catalogue";

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly headings: readonly { readonly x: number; readonly text: string }[];
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}

export interface PictureNode {
  readonly kind: TopologyNode["kind"];
  /** `queue inventory.orders`; also what `?part=` names. */
  readonly id: string;
  readonly name: string;
  /** Of a queue, its consumer; of a routing key, its exchange. */
  readonly owner: string;
  readonly hue: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Of a queue: its retry tiers, then its dead letters. */
  readonly chips: readonly Chip[];
}

export interface Chip {
  readonly kind: "retry" | "dead";
  readonly queue: string;
  readonly label: string;
  readonly x: number;
  readonly width: number;
}

export interface PictureEdge {
  readonly from: string;
  readonly to: string;
  readonly hue: string;
  /** With an arrowhead. */
  readonly path: string;
  /** Without one: the marks move along it. */
  readonly way: string;
}

const margin = 16;
const headingHeight = 34;
const queueFace = 72;
const chipHeight = 22;
const headings = [
  "service",
  "exchange",
  "routing key",
  "queue, with its retries and dead letters",
  "service",
];

export async function picture(): Promise<Picture> {
  const contract = await readContract(join(import.meta.dirname, "../../../../asyncapi/asyncapi.yaml"));
  const graph = topologyGraph(contract);
  const hue = hueOf(contract);
  const boxOf = (node: TopologyNode) => ({ node, id: node.id, ...describe(node, hue) });
  const layers = graph.layers.map((layer) => layer.map(boxOf));
  const layout = layOut({
    layers,
    lines: graph.edges,
    layerGaps: [52, 52, 84, 66, 0],
    boxGaps: [36, 60, 10, 26, 36],
  });
  const place = (id: string) => layout.places.get(id) ?? { x: 0, y: 0 };
  return {
    width: layout.width + 2 * margin,
    height: layout.height + headingHeight + 2 * margin,
    headings: layers.map(([first], index) => ({
      x: place(first?.id ?? "").x,
      text: headings[index] ?? "",
    })),
    nodes: layers.flat().map(({ node, id, name, owner, hue, width, face }) => ({
      kind: node.kind,
      ...{ id, name, owner, hue, width },
      ...place(id),
      height: face,
      chips: node.kind === "queue" ? chipsOf(node) : [],
    })),
    edges: graph.edges.map(({ from, to, exchange }, index) => {
      const path = layout.paths[index] ?? "";
      return { from, to, hue: hue(exchange), path, way: path.replace(/m.*$/, "") };
    }),
  };
}

/** Its texts, and its size: `height` is that of its face and of what is below it. */
function describe(node: TopologyNode, hueOf: (exchange: string) => string) {
  switch (node.kind) {
    case "producer":
    case "consumer":
      return { name: node.service, owner: node.service, hue: "", width: 150, height: 72, face: 72 };
    case "exchange": {
      const { name } = node.exchange;
      const width = Math.max(104, Math.ceil(name.length * 7.8 + 40));
      return { name, owner: "", hue: hueOf(name), width, height: 48, face: 48 };
    }
    case "key": {
      const { routingKey: name, exchange } = node.route;
      const owner = exchange.name;
      return { name, owner, group: owner, hue: hueOf(owner), width: 230, height: 32, face: 32 };
    }
    case "queue": {
      const { name, bindings } = node.queue;
      const owner = node.receives[0]?.service ?? "";
      const height = queueFace + 8 + chipHeight;
      return { name, owner, hue: hueOf(bindings[0]?.exchange ?? ""), width: 300, height, face: queueFace };
    }
  }
}

function chipsOf(node: TopologyNode & { readonly kind: "queue" }): Chip[] {
  let x = 0;
  const chip = (kind: Chip["kind"], queue: string, label: string): Chip => {
    // With room for a count.
    const width = kind === "retry" ? 58 : 112;
    const placed = { kind, queue, label, x, width };
    x += width + 6;
    return placed;
  };
  return [
    ...node.queue.retryTiers.map((tier) => chip("retry", tier.queue, duration(tier.delay))),
    ...node.deadLetters.map((dead) => chip("dead", dead.name, "dead letters")),
  ];
}
