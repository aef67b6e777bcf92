/** Each queue with its bindings and arguments, its retry tiers and its dead letters, in tables. */
import type { QueueDescriptor } from "@rabbit-contract/messaging";
import type { Contract, ReceiveOperation } from "../contract.ts";
import { deadLetterChannels, systemTopology } from "../topology/model.ts";
import { type Content, type Html, html, inline } from "./html.ts";
import { anchor, exchangeLink, type Links, messageLink, serviceLink } from "./links.ts";
import { code, facts, joined, table, yesOrNo } from "./tables.ts";
import { hueOf } from "./topology-picture.ts";
import { bindingWords, duration, explainArgument } from "./words.ts";

export function queueSections(contract: Contract, links: Links): Html[] {
  const descriptors = new Map(systemTopology(contract).queues.map((queue) => [queue.name, queue]));
  const describe = (name: string) => {
    const descriptor = descriptors.get(name);
    if (!descriptor) throw new Error(`the topology of ${contract.source.file} has no queue "${name}"`);
    return descriptor;
  };
  const hue = hueOf(contract);
  return contract.receives.map((receive) => {
    const { queue } = receive;
    return html`<article class="panel ${hue(queue.bindings[0]?.exchange ?? "")}" aria-labelledby="${anchor.queue(queue.name)}">
<h3 id="${anchor.queue(queue.name)}" class="mono">${queue.name} ${self(anchor.queue(queue.name))}</h3>
<p>${inline(queue.description)}</p>
${consumption(receive, links)}
${details(describe(queue.name), links)}
${queue.retryTiers.map(
  (tier) => html`<details class="part retry">
<summary><span class="mono">${tier.queue}</span> <span class="tag retry">retry tier, ${duration(tier.delay)}</span></summary>
<div class="anchor" id="${anchor.queue(tier.queue)}">
${details(describe(tier.queue), links)}
</div>
</details>`,
)}
${deadLetterChannels(contract, queue).map(
  (dead) => html`<details class="part dead">
<summary><span class="mono">${dead.name}</span> <span class="tag dead">dead letters</span></summary>
<div class="anchor" id="${anchor.queue(dead.name)}">
<p>${inline(dead.description)}</p>
${details(describe(dead.name), links)}
</div>
</details>`,
)}
</article>`;
  });
}

/** A link to its own position, for copying. */
export function self(id: string): Html {
  return html`<a class="self" href="#${id}" aria-label="Link to ${id}">#</a>`;
}

function consumption(receive: ReceiveOperation, links: Links): Html {
  return facts([
    ["Consumed by", html`${serviceLink(links, receive.service)}: ${receive.summary}`],
    ["Prefetch", `${receive.prefetch} deliveries before the first acknowledgement`],
    ["Batch", `up to ${receive.batchSize} deliveries to the handler at once`],
    ["Messages", joined(receive.messages.map((message) => messageLink(links, message)))],
  ]);
}

function details(queue: QueueDescriptor, links: Links): Content {
  return html`${table({
    caption: `Bindings of ${queue.name}`,
    columns: ["Bound to exchange", "by routing key"],
    rows: queue.bindings.map((binding) => [
      exchangeLink(links, binding.exchange),
      code(bindingWords(binding)),
    ]),
  })}${table({
    caption: `Arguments of ${queue.name}`,
    columns: ["Argument", "Value", "Meaning"],
    rows: [
      [code("durable"), code(yesOrNo(queue.durable)), "outlives a restart of the broker"],
      ...Object.entries(queue.arguments).map(([name, value]) => [
        code(name),
        code(String(value)),
        explainArgument(name, value),
      ]),
    ],
  })}`;
}
