/**
 * The topology as inline SVG. Every box links to its details; without a stylesheet, the text is still in a readable
 * order.
 */
import type { Contract, Message } from "../contract.ts";
import { counted, listed } from "../listed.ts";
import { type Content, type Html, html } from "./html.ts";
import { type Box, layOut } from "./layout.ts";
import { anchor, type Links, messagePage, messageTitle, pages, toPage } from "./links.ts";
import { queueBlock, queueBlockSize } from "./queue-block.ts";
import { type TopologyGraph, type TopologyNode, topologyGraph } from "./topology-graph.ts";

const margin = 16;
const headingHeight = 40;
const layerGaps = { system: [56, 56, 96, 72, 0], message: [40, 40, 44, 44, 0] };
const boxGaps = [40, 60, 14, 34, 40];
const headings = [
  "producer",
  "exchange",
  "routing key",
  "queue, with its retries and dead letters",
  "consumer",
];

interface Options {
  readonly contract: Contract;
  readonly links: Links;
  /** Shows only the routes of this message. */
  readonly message?: Message;
}

export function topologyPicture({ contract, links, message }: Options): Html {
  const graph = topologyGraph(contract, message);
  const boxes = graph.layers.map((layer) => layer.map(boxOf));
  const layout = layOut({
    layers: boxes,
    lines: graph.edges,
    layerGaps: message ? layerGaps.message : layerGaps.system,
    boxGaps,
  });
  const width = layout.width + 2 * margin;
  const height = layout.height + headingHeight + 2 * margin;
  const hue = hueOf(contract);
  const sizes = new Map(boxes.flat().map((box) => [box.id, box]));
  const id = message ? "message-topology" : "topology";
  return html`<svg class="picture topology" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-labelledby="${id}-title ${id}-text">
<title id="${id}-title">${message ? `The route of ${messageTitle(message)}` : `Topology of ${contract.title}`}</title>
<desc id="${id}-text">${describe(graph)}</desc>
${boxes.map((layer, index) => heading(layer, headings[index] ?? "", layout.places))}
<g class="edges" transform="translate(${margin} ${headingHeight + margin})" aria-hidden="true">
${graph.edges.map(
  (edge, index) =>
    html`<path class="edge ${hue(edge.exchange)}" data-from="${edge.from}" data-to="${edge.to}" d="${layout.paths[index]}"/>\n`,
)}</g>
<g transform="translate(${margin} ${headingHeight + margin})">
${graph.layers.flat().map((node) => {
  const place = layout.places.get(node.id);
  const box = sizes.get(node.id);
  return (
    place &&
    box &&
    html`<g class="node ${node.kind} ${hueOfNode(node, hue)}" data-id="${node.id}" transform="translate(${place.x} ${place.y})">${drawNode(node, box, links)}</g>\n`
  );
})}</g>
</svg>`;
}

/** Colour class of an exchange and its routes. */
export function hueOf(contract: Contract): (exchange: string) => string {
  const names = contract.exchanges.map((exchange) => exchange.name);
  return (exchange) => `hue-${Math.max(0, names.indexOf(exchange)) % 6}`;
}

function hueOfNode(node: TopologyNode, hue: (exchange: string) => string): string {
  if (node.kind === "exchange") return hue(node.exchange.name);
  if (node.kind === "key") return hue(node.route.exchange.name);
  if (node.kind === "queue") return hue(node.queue.bindings[0]?.exchange ?? "");
  return "";
}

function boxOf(node: TopologyNode): Box {
  switch (node.kind) {
    case "producer":
    case "consumer":
      return box(node.id, Math.max(112, node.service.length * 8.4 + 36), 52);
    case "exchange":
      return box(node.id, Math.max(104, node.exchange.name.length * 7.8 + 40), 48);
    case "key":
      return {
        ...box(node.id, node.route.routingKey.length * 7.5 + 26, 30),
        group: node.route.exchange.name,
      };
    case "queue": {
      const { width, height, face } = queueBlockSize(node);
      return { ...box(node.id, width, height), face };
    }
  }
}

function box(id: string, width: number, height: number): Box {
  return { id, width: Math.ceil(width), height, face: height };
}

function drawNode(node: TopologyNode, { width, height }: Box, links: Links): Content {
  const middle = width / 2;
  switch (node.kind) {
    case "producer":
    case "consumer":
      return html`<a href="${toPage(links, pages.topology, anchor.service(node.service))}" aria-label="${node.service} service, ${node.kind}"><rect width="${width}" height="${height}" rx="10"/><text class="name" x="${middle}" y="24">${node.service}</text> <text class="small" x="${middle}" y="40">service</text></a>`;
    case "exchange":
      return html`<a href="${toPage(links, pages.topology, anchor.exchange(node.exchange.name))}" aria-label="${node.exchange.name} ${node.exchange.type} exchange"><rect width="${width}" height="${height}" rx="24"/><text class="name" x="${middle}" y="22">${node.exchange.name}</text> <text class="small" x="${middle}" y="37">${node.exchange.type}</text></a>`;
    case "key": {
      const [message] = node.route.messages;
      const target = message
        ? toPage(links, messagePage(message))
        : toPage(links, pages.topology, anchor.exchange(node.route.exchange.name));
      return html`<a href="${target}" aria-label="${node.route.routingKey} routing key"><rect width="${width}" height="${height}" rx="6"/><text class="name" x="13" y="19.5">${node.route.routingKey}</text></a>`;
    }
    case "queue":
      return queueBlock(node, links);
  }
}

function heading(layer: readonly Box[], text: string, places: ReadonlyMap<string, { x: number }>): Content {
  const [first] = layer;
  const x = first && places.get(first.id)?.x;
  return x !== undefined && html`<text class="heading" x="${x + margin}" y="${margin + 10}">${text}</text>\n`;
}

/** The picture in words, for screen readers. */
function describe(graph: TopologyGraph): string {
  const queues = graph.layers.flat().filter((node) => node.kind === "queue");
  const ways = queues.map(({ queue, receives, deadLetters }) => {
    const consumers = listed(receives.map((receive) => receive.service));
    const sources = listed(
      queue.bindings.map(({ exchange, routingKey }) => `${routingKey} of exchange ${exchange}`),
    );
    const dead = deadLetters.map((letter) => `, its dead letters go to ${letter.name}`).join("");
    return `Queue ${queue.name}, consumed by ${consumers}, takes ${sources}; it has ${counted(queue.retryTiers.length, "retry tier")}${dead}.`;
  });
  return `${ways.join(" ")} The sections below say the same in tables.`;
}
