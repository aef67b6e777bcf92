/** The first page: the topology as a picture and in tables, and the messages. */
import type { Contract } from "../contract.ts";
import { counted, listed } from "../listed.ts";
import type { Interaction } from "../pacts/interactions.ts";
import { exchangeSections } from "./exchange-sections.ts";
import { type Html, html, prose } from "./html.ts";
import { anchor, type Links, messagePage, messageTitle, pages, toPage } from "./links.ts";
import { pactBadge } from "./pact-status.ts";
import { renderPage, type Site } from "./page.ts";
import { queueSections } from "./queue-sections.ts";
import { serviceSections } from "./service-sections.ts";
import { hueOf, topologyPicture } from "./topology-picture.ts";

/** @param interactions undefined for a contract without pacts */
export function topologyPage(site: Site, interactions: readonly Interaction[] | undefined): Html {
  const { contract } = site;
  const links: Links = { root: "" };
  const info = contract.source.at("/info/description");
  const [lead, ...conventions] = prose(typeof info === "string" ? info : "");
  return renderPage(site, {
    title: "Topology",
    description: `Services, exchanges, routing keys and queues of ${contract.title}.`,
    links,
    current: pages.topology,
    main: html`<section class="hero">
<h1>${contract.title}</h1>
<div class="lead">${lead}</div>
<ul class="counts">
<li><a href="#services">${counted(contract.services.length, "service")}</a></li>
<li><a href="#messages">${counted(contract.messages.length, "message")}</a></li>
<li><a href="#exchanges">${counted(contract.exchanges.length, "exchange")}</a></li>
<li><a href="#queues">${counted(contract.receives.length, "queue")}</a></li>
${site.stories && html`<li><a href="${toPage(links, site.stories.page)}">${site.stories.title}</a></li>`}
</ul>
</section>
<section aria-labelledby="picture-heading">
<h2 id="picture-heading">Topology</h2>
<div class="scroll picture-frame" role="region" aria-label="Picture of the topology" tabindex="0">
${topologyPicture({ contract, links })}
</div>
<p class="caption">A producer publishes a message to an exchange; its routing key takes it to every queue that is bound with that key. What a consumer cannot handle for now goes through its service’s redelivery exchange to a <span class="tag retry">retry tier</span> and returns after the tier’s delay; what can never succeed ends in the <span class="tag dead">dead letters</span>. Each box links to its details.</p>
</section>
<section aria-labelledby="messages">
<h2 id="messages">Messages</h2>
${conventions}
${messageList(contract, links, interactions)}
</section>
<section aria-labelledby="services">
<h2 id="services">Services</h2>
${serviceSections(contract, links)}
</section>
<section aria-labelledby="exchanges">
<h2 id="exchanges">Exchanges</h2>
${exchangeSections(contract, links)}
</section>
<section aria-labelledby="queues">
<h2 id="queues">Queues</h2>
${queueSections(contract, links)}
</section>`,
  });
}

function messageList(
  contract: Contract,
  links: Links,
  interactions: readonly Interaction[] | undefined,
): Html {
  const hue = hueOf(contract);
  return html`<ul class="cards">
${contract.messages.map((message) => {
  const sends = contract.sends.filter((send) => send.messages.includes(message));
  const receives = contract.receives.filter((receive) => receive.messages.includes(message));
  return html`<li class="card ${hue(sends[0]?.route.exchange.name ?? "")}" id="${anchor.message(message)}">
<h3><a href="${toPage(links, messagePage(message))}">${messageTitle(message)}</a></h3>
<p>${message.summary}</p>
<p class="route"><span class="visually-hidden">from </span>${listed([...new Set(sends.map((send) => send.service))])} <span class="arrow" aria-hidden="true">→</span><span class="visually-hidden"> to </span> ${listed([...new Set(receives.map((receive) => receive.service))])}</p>
${interactions && pactBadge(contract, message, interactions)}
</li>`;
})}
</ul>`;
}
