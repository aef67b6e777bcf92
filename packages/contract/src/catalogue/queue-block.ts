/** A queue in the topology picture: its box, and below it its retry tiers and dead letters. */
import { type Html, html } from "./html.ts";
import { anchor, type Links, pages, toPage } from "./links.ts";
import type { QueueNode } from "./topology-graph.ts";
import { duration } from "./words.ts";

const face = 50;
const exchangeTop = face + 12;
const chipsTop = exchangeTop + 22 + 12;
const chipHeight = 22;
const indent = 30;
const chipGap = 6;

interface Chip {
  readonly kind: "retry" | "dead";
  readonly queue: string;
  readonly label: string;
  readonly x: number;
  readonly width: number;
}

export function queueBlockSize(node: QueueNode) {
  const last = chipsOf(node).at(-1);
  const width = Math.max(
    node.queue.name.length * 7.8 + 30,
    consumption(node).length * 5.9 + 30,
    last ? last.x + last.width + 22 : 0,
  );
  return { width: Math.ceil(width), height: last ? chipsTop + chipHeight + 8 : face, face };
}

export function queueBlock(node: QueueNode, links: Links): Html {
  const { width } = queueBlockSize(node);
  const chips = chipsOf(node);
  const to = (id: string) => toPage(links, pages.topology, id);
  return html`${chips.length > 0 && wires(chips, width)}<a href="${to(anchor.queue(node.queue.name))}" aria-label="${node.queue.name} ${consumption(node)}, queue"><rect class="box" width="${width}" height="${face}" rx="8"/><text class="name" x="15" y="22">${node.queue.name}</text> <text class="small" x="15" y="38">${consumption(node)}</text></a>${
    chips.length > 0 &&
    html`<a class="redelivery" href="${to(anchor.exchange(node.redelivery))}" aria-label="${node.redelivery} exchange, for retries and dead letters of ${node.queue.name}"><rect x="${indent}" y="${exchangeTop}" width="${node.redelivery.length * 6.6 + 22}" height="22" rx="11"/><text x="${indent + 11}" y="${exchangeTop + 15}">${node.redelivery}</text></a>`
  }${chips.map(
    (chip) =>
      html`<a class="${chip.kind}" href="${to(anchor.queue(chip.queue))}" aria-label="${chip.kind === "retry" ? `${chip.label} retry tier ${chip.queue}` : `${chip.label} queue ${chip.queue}`}"><title>${chip.queue}</title><rect x="${chip.x}" y="${chipsTop}" width="${chip.width}" height="${chipHeight}" rx="5"/><text x="${chip.x + chip.width / 2}" y="${chipsTop + 15}">${chip.label}</text></a>`,
  )}`;
}

/** From the queue to its exchange, from there to each chip, and from the retry tiers back to the queue. */
function wires(chips: readonly Chip[], width: number): Html {
  const bus = chipsTop - 6;
  const below = chipsTop + chipHeight;
  const middles = chips.map((chip) => ({ ...chip, middle: Math.round(chip.x + chip.width / 2) }));
  const retries = middles.filter((chip) => chip.kind === "retry");
  const rightmost = Math.max(...middles.map((chip) => chip.middle));
  const [first] = retries;
  const back = width - 10;
  return html`<path class="wire" d="M14 ${face}V${exchangeTop + 11}H${indent}M${indent + 14} ${exchangeTop + 22}V${bus}H${rightmost}${middles.map(
    ({ middle }) => `M${middle} ${bus}V${chipsTop}`,
  )}"/>${
    first &&
    html`<path class="wire back" d="${retries.map(({ middle }) => `M${middle} ${below}V${below + 7}`)}M${first.middle} ${below + 7}H${back}V${face + 2}m-4 6l4 -6l4 6"/>`
  }`;
}

function chipsOf(node: QueueNode): Chip[] {
  let x = indent;
  const place = (kind: Chip["kind"], queue: string, label: string): Chip => {
    const chip = { kind, queue, label, x, width: Math.ceil(label.length * 6.6 + 16) };
    x += chip.width + chipGap;
    return chip;
  };
  const tiers = node.queue.retryTiers.map((tier) => place("retry", tier.queue, duration(tier.delay)));
  return [...tiers, ...node.deadLetters.map((dead) => place("dead", dead.name, "dead letters"))];
}

function consumption(node: QueueNode): string {
  return node.receives
    .map((receive) => `prefetch ${receive.prefetch} · batches of ${receive.batchSize}`)
    .join(", ");
}
