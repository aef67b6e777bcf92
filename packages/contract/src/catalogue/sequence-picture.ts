/** A story as a sequence of messages between lifelines, as inline SVG. */
import type { Contract } from "../contract.ts";
import { listed } from "../listed.ts";
import { type Html, html } from "./html.ts";
import { anchor, type Links, messagePage, messageTitle, pages, toPage } from "./links.ts";
import type { Stories, Story } from "./stories.ts";
import { client, type Event, eventsOf, type Sending } from "./story-events.ts";
import { hueOf } from "./topology-picture.ts";

const columnWidth = 204;
const firstColumn = 92;
const headHeight = 64;

export function sequencePicture(
  contract: Contract,
  { owner }: Pick<Stories, "owner">,
  story: Story,
  links: Links,
): Html {
  const events = eventsOf(contract, story);
  const participants = participantsOf(contract, owner);
  const x = (participant: string) => firstColumn + participants.indexOf(participant) * columnWidth;
  const hue = hueOf(contract);
  let y = headHeight;
  const drawn = events.map((event) => {
    const top = y;
    y += heightOf(event);
    return draw(event, { top, x, links, hue, owner });
  });
  const width = firstColumn * 2 + (participants.length - 1) * columnWidth;
  const height = y + 20;
  return html`<svg class="picture sequence" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-labelledby="${story.id}-title ${story.id}-text">
<title id="${story.id}-title">${story.title}</title>
<desc id="${story.id}-text">A sequence between ${listed(participants)}; the list below says the same in words.</desc>
${participants.map(
  (name) => html`<path class="lifeline" d="M${x(name)} 48V${height - 12}"/>${head(name, x(name), links)}\n`,
)}${drawn.map((event) => html`${event}\n`)}</svg>`;
}

/** The client, the owner of the state, and the other services. */
function participantsOf(contract: Contract, owner: string): string[] {
  const services = contract.services.map((service) => service.name);
  return [client, ...new Set([...services.filter((name) => name === owner), ...services])];
}

function head(name: string, x: number, links: Links): Html {
  const width = Math.max(100, Math.ceil(name.length * 8.4 + 28));
  const box = html`<rect x="${x - width / 2}" y="12" width="${width}" height="36" rx="10"/><text class="name" x="${x}" y="35">${name}</text>`;
  if (name === client) return html`<g class="node client">${box}</g>`;
  return html`<g class="node producer"><a href="${toPage(links, pages.topology, anchor.service(name))}" aria-label="${name} service">${box}</a></g>`;
}

interface Drawing {
  readonly top: number;
  readonly x: (participant: string) => number;
  readonly links: Links;
  readonly hue: (exchange: string) => string;
  readonly owner: string;
}

function heightOf(event: Event): number {
  switch (event.kind) {
    case "message":
      return event.note === undefined ? 56 : 70;
    case "call":
      return event.answer === undefined ? 40 : 62;
    case "work":
    case "state":
      return 40;
  }
}

function draw(event: Event, drawing: Drawing): Html {
  const { top, x } = drawing;
  switch (event.kind) {
    case "message":
      return sending(event, drawing);
    case "call":
      return html`<g class="call"><path d="${arrow(x(client), x(event.to), top + 24)}"/><text class="label" x="${labelX(x(client), x(event.to))}" y="${top + 17}">${event.call}</text>${
        event.answer !== undefined &&
        html`<path class="answer" d="${shaft(x(event.to), x(client), top + 46)}"/><path class="answer head" d="${arrowhead(x(event.to), x(client), top + 46)}"/><text class="small" x="${labelX(x(client), x(event.to))}" y="${top + 41}">${event.answer}</text>`
      }</g>`;
    case "work":
      return onLifeline("work", event.does, x(event.service), top);
    case "state":
      return onLifeline(`state ${event.tone ?? ""}`, event.state, x(drawing.owner), top);
  }
}

/** One line to the farthest consumer on either side, with an arrowhead at each. */
function sending(event: Sending, { top, x, links, hue }: Drawing): Html {
  const from = x(event.from);
  const line = top + 26;
  const ends = event.to.map((end) => ({ ...end, at: x(end.service) }));
  const name = ends.toSorted((a, b) => Math.abs(a.at - from) - Math.abs(b.at - from))[0];
  return html`<g class="sending ${hue(event.exchange)}" data-message="${event.message.name}" data-from="${event.from}" data-to="${event.to.map(({ service }) => service).join(" ")}"><path d="${ends.map(({ at }) => arrow(from, at, line))}"/><circle cx="${from}" cy="${line}" r="3.5"/>${
    name &&
    html`<a href="${toPage(links, messagePage(event.message))}"><text class="label" x="${labelX(from, name.at)}" y="${line - 8}">${messageTitle(event.message)}</text></a>`
  }${ends.map(
    ({ at, queue }) =>
      html`<text class="small" x="${at + (at > from ? -1 : 1) * (columnWidth / 2)}" y="${line + 15}">${queue}</text>`,
  )}${
    event.note !== undefined &&
    name &&
    html`<text class="note" x="${labelX(from, name.at)}" y="${line + 30}">${event.note}</text>`
  }</g>`;
}

function onLifeline(kind: string, text: string, x: number, top: number): Html {
  const width = Math.ceil(text.length * 6.6 + 28);
  return html`<g class="mark ${kind}"><rect x="${x - width / 2}" y="${top + 7}" width="${width}" height="26" rx="13"/><text x="${x}" y="${top + 24}">${text}</text></g>`;
}

function labelX(from: number, to: number): number {
  return from + Math.sign(to - from) * (columnWidth / 2);
}

function arrow(from: number, to: number, y: number): string {
  return shaft(from, to, y) + arrowhead(from, to, y);
}

function shaft(from: number, to: number, y: number): string {
  return `M${from} ${y}H${to + (to > from ? -2 : 2)}`;
}

function arrowhead(from: number, to: number, y: number): string {
  const back = to > from ? -1 : 1;
  return `M${to + back * 9} ${y - 4.5}l${back * -7} 4.5l${back * 7} 4.5`;
}
