/** The page of one message: its route, fields and properties, and the consumers that read each field. */
import type { Contract, Message, ReceiveOperation, SendOperation } from "../contract.ts";
import { listed } from "../listed.ts";
import type { Interaction } from "../pacts/interactions.ts";
import { fieldTable } from "./field-table.ts";
import { type HistoryEntry, historyOf } from "./history.ts";
import { type Content, type Html, html, inline, prose } from "./html.ts";
import {
  exchangeLink,
  type Links,
  messageLink,
  messagePage,
  messageTitle,
  queueLink,
  serviceLink,
  toPage,
} from "./links.ts";
import { examples, properties } from "./message-details.ts";
import { type PactStatus, pactStatus } from "./pact-status.ts";
import { renderPage, type Site } from "./page.ts";
import { code, facts } from "./tables.ts";
import { hueOf, topologyPicture } from "./topology-picture.ts";

interface Known {
  /** Undefined for a contract without pacts. */
  readonly interactions: readonly Interaction[] | undefined;
  /** Oldest first. */
  readonly releases: readonly Contract[];
}

export function renderMessagePage(site: Site, message: Message, known: Known): Html {
  const { contract } = site;
  const links: Links = { root: "../" };
  const status = pactStatus(contract, message, known.interactions ?? []);
  const history = historyOf(message, known.releases, contract);
  const payload = contract.schemas[message.payload];
  const exchange = contract.sends.find((send) => send.messages.includes(message))?.route.exchange.name ?? "";
  return renderPage(site, {
    title: messageTitle(message),
    description: message.summary ?? messageTitle(message),
    links,
    main: html`<div class="with-side ${hueOf(contract)(exchange)}">
<div class="body">
<section class="hero">
<p class="eyebrow">message</p>
<h1 class="mono">${messageTitle(message)}</h1>
<p class="lead">${inline(message.summary)}</p>
</section>
<section aria-labelledby="way">
<h2 id="way">Route</h2>
<div class="scroll picture-frame" role="region" aria-label="Picture of the route of ${messageTitle(message)}" tabindex="0">
${topologyPicture({ contract, links, message })}
</div>
${way(contract, message, links)}
</section>
<section aria-labelledby="payload">
<h2 id="payload">Payload</h2>
${typeof payload?.description === "string" && prose(payload.description)}
${fieldTable({ contract, schema: message.payload, part: "payload", status })}
</section>
<section aria-labelledby="examples">
<h2 id="examples">Examples</h2>
${examples(contract, message)}
</section>
<section aria-labelledby="properties">
<h2 id="properties">AMQP properties</h2>
${properties(contract, message)}
</section>
<section aria-labelledby="headers">
<h2 id="headers">Headers</h2>
${fieldTable({ contract, schema: message.headers, part: "headers", status: [] })}
</section>
${
  known.interactions &&
  html`<section aria-labelledby="pacts">
<h2 id="pacts">Pacts</h2>
${pacts(status)}
</section>
`
}<section aria-labelledby="history">
<h2 id="history">History</h2>
${historyList(history)}
</section>
</div>
${messageMenu(contract, message, links)}
</div>`,
  });
}

function way(contract: Contract, message: Message, links: Links): Html {
  const entry = (label: string, content: Content) => [label, content] as const;
  const service = (name: string) => serviceLink(links, name);
  const sends = contract.sends.filter((send) => send.messages.includes(message));
  const receives = contract.receives.filter((receive) => receive.messages.includes(message));
  /** The requests of these operations that the message is the reply to. */
  const requests = (operations: readonly (SendOperation | ReceiveOperation)[]) =>
    operations
      .filter(({ reply }) => reply === message)
      .flatMap((operation) => operation.messages.map((request) => ({ ...operation, request })));
  return facts([
    ...sends.map(({ service: from, summary, route }) =>
      entry(
        "Producer",
        html`${service(from)}, to exchange ${exchangeLink(links, route.exchange.name)} with routing key ${code(route.routingKey)}. ${summary}`,
      ),
    ),
    ...sends.flatMap(({ reply }) => (reply ? [entry("Reply", messageLink(links, reply))] : [])),
    ...requests(contract.receives).map(({ service: from, request }) =>
      entry("Producer", html`${service(from)}, in reply to ${messageLink(links, request)}`),
    ),
    ...requests(contract.sends).map(({ service: to, request }) =>
      entry("Consumer", html`${service(to)}, in reply to its ${messageLink(links, request)}`),
    ),
    ...receives.map(({ service: to, summary, queue }) =>
      entry("Consumer", html`${service(to)}, from queue ${queueLink(links, queue.name)}. ${summary}`),
    ),
  ]);
}

function pacts(status: readonly PactStatus[]): Html {
  return html`<ul class="plain-list">
${status.map(({ consumer, interactions }) =>
  interactions.length === 0
    ? html`<li><span class="badge none">no pact yet</span> <strong>${consumer}</strong> has not said what it reads.</li>\n`
    : interactions.map(
        ({ states, fields }) =>
          html`<li><span class="badge all">pact</span> <strong>${consumer}</strong> reads ${fields.length === 0 ? "no field" : fields.map((field, index) => [index > 0 && ", ", code(field)])}${states.length > 0 && html` <span class="muted">of ${listed(states)}</span>`}.</li>\n`,
      ),
)}</ul>`;
}

function historyList(history: readonly HistoryEntry[]): Html {
  if (history.length === 0) return html`<p>Unchanged.</p>`;
  return html`<ol class="history" reversed>
${[...history].reverse().map(
  ({
    version,
    released,
    changes,
  }) => html`<li><p class="version">${version}${!released && html` <span class="badge none">not released</span>`}</p>
<ul>${changes.map((change) => html`<li>${inline(change)}</li>`)}</ul></li>\n`,
)}</ol>`;
}

function messageMenu(contract: Contract, current: Message, links: Links): Html {
  const hue = hueOf(contract);
  return html`<nav class="side" aria-label="Messages">
${contract.exchanges.map(
  (exchange) => html`<p class="eyebrow ${hue(exchange.name)}">${exchange.name}</p>
<ul>${contract.routes
    .filter((route) => route.exchange.name === exchange.name)
    .flatMap((route) => route.messages)
    .map(
      (message) =>
        html`<li><a href="${toPage(links, messagePage(message))}"${message === current && html` aria-current="page"`}>${messageTitle(message)}</a></li>`,
    )}</ul>`,
)}
</nav>`;
}
