/** Each exchange with its bindings. */
import type { Contract } from "../contract.ts";
import { serviceTopology, systemTopology } from "../topology/model.ts";
import { routes } from "../topology/routes.ts";
import { type Html, html } from "./html.ts";
import { anchor, type Links, messagePage, pages, toPage } from "./links.ts";
import { self } from "./queue-sections.ts";
import { code, facts, joined, table, yesOrNo } from "./tables.ts";
import { hueOf } from "./topology-picture.ts";

export function exchangeSections(contract: Contract, links: Links): Html[] {
  const topology = systemTopology(contract);
  const published = new Set(contract.exchanges.map((exchange) => exchange.name));
  const hue = hueOf(contract);
  const ownerOf = (name: string) =>
    contract.services
      .filter((service) => serviceTopology(contract, service.name).exchanges.some((own) => own.name === name))
      .map((service) => service.name);
  // Exchanges that messages are sent to come first.
  const exchanges = [...topology.exchanges].sort(
    (a, b) => Number(published.has(b.name)) - Number(published.has(a.name)),
  );
  return exchanges.map((exchange) => {
    const id = anchor.exchange(exchange.name);
    const bindings = topology.queues.flatMap((queue) =>
      queue.bindings
        .filter((binding) => binding.exchange === exchange.name)
        .map((binding) => ({ queue: queue.name, routingKey: binding.routingKey })),
    );
    const keys = [...new Set(bindings.map((binding) => binding.routingKey))];
    return html`<article class="panel ${published.has(exchange.name) ? hue(exchange.name) : "plain"}" aria-labelledby="${id}">
<h3 id="${id}" class="mono">${exchange.name} ${self(id)}</h3>
<p>${published.has(exchange.name) ? "Messages are sent to it." : "Retries and dead letters of its service travel through it."}</p>
${facts([
  ["Type", exchange.type],
  ["Durable", yesOrNo(exchange.durable)],
  ["Auto-delete", yesOrNo(exchange.autoDelete)],
  [
    "Declared by",
    joined(
      ownerOf(exchange.name).map(
        (name) => html`<a href="${toPage(links, pages.topology, anchor.service(name))}">${name}</a>`,
      ),
    ),
  ],
])}
${table({
  caption: `Bindings of exchange ${exchange.name}`,
  columns: ["Routing key", "leads to"],
  rows: keys.map((key) => [
    keyLink(contract, links, exchange.name, key),
    joined(
      bindings
        .filter((binding) => binding.routingKey === key)
        .map(({ queue }) => html`<a class="mono" href="#${anchor.queue(queue)}">${queue}</a>`),
    ),
  ]),
})}
</article>`;
  });
}

function keyLink(contract: Contract, links: Links, exchange: string, key: string): Html {
  const route = contract.routes.find((candidate) => routes(candidate, { exchange, routingKey: key }));
  const [message] = route?.messages ?? [];
  return message
    ? html`<a class="mono" href="${toPage(links, messagePage(message.name))}">${key}</a>`
    : code(key);
}
