/** Each exchange with its bindings. */
import type { QueueBinding } from "@rabbit-contract/messaging";
import type { Contract } from "../contract.ts";
import { listed } from "../listed.ts";
import { serviceTopology, systemTopology } from "../topology/model.ts";
import { routes } from "../topology/routes.ts";
import { type Html, html } from "./html.ts";
import { anchor, type Links, messagePage, serviceLink, toPage } from "./links.ts";
import { self } from "./queue-sections.ts";
import { code, facts, joined, table, yesOrNo } from "./tables.ts";
import { hueOf } from "./topology-picture.ts";
import { bindingWords } from "./words.ts";

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
        .map((binding) => ({ queue: queue.name, binding, words: bindingWords(binding) })),
    );
    const patterns = new Map(bindings.map(({ words, binding }) => [words, binding]));
    const args = Object.entries(exchange.arguments ?? {}).map(([name, value]) => `${name}: ${value}`);
    return html`<article class="panel ${published.has(exchange.name) ? hue(exchange.name) : "plain"}" aria-labelledby="${id}">
<h3 id="${id}" class="mono">${exchange.name} ${self(id)}</h3>
<p>${purposeOf(exchange.name, contract)}</p>
${facts([
  ["Type", exchange.type],
  ["Durable", yesOrNo(exchange.durable)],
  ["Auto-delete", yesOrNo(exchange.autoDelete)],
  ["Arguments", args.length > 0 && code(args.join(", "))],
  ["Declared by", joined(ownerOf(exchange.name).map((name) => serviceLink(links, name)))],
])}
${table({
  caption: `Bindings of exchange ${exchange.name}`,
  columns: ["Routing key", "leads to"],
  rows: [...patterns].map(([words, binding]) => [
    keyLink(contract, links, binding, words),
    joined(
      bindings
        .filter((one) => one.words === words)
        .map(({ queue }) => html`<a class="mono" href="#${anchor.queue(queue)}">${queue}</a>`),
    ),
  ]),
})}
</article>`;
  });
}

function purposeOf(name: string, { exchanges }: Contract): string {
  if (exchanges.some((exchange) => exchange.name === name)) return "Messages are sent to it.";
  const before = exchanges.filter(({ alternate }) => alternate?.name === name);
  return before.length > 0
    ? `It gets what ${listed(before.map((exchange) => exchange.name))} routes to no queue.`
    : "Retries and dead letters of its service travel through it.";
}

function keyLink(contract: Contract, links: Links, binding: QueueBinding, words: string): Html {
  const route = contract.routes.find((candidate) => routes(candidate, binding));
  const [message] = route?.messages ?? [];
  return message
    ? html`<a class="mono" href="${toPage(links, messagePage(message))}">${words}</a>`
    : code(words);
}
