/** Each service: what it sends, what it consumes, and what its broker user may do. */
import type { Contract, Message } from "../contract.ts";
import { permissionsOf, serviceTopology } from "../topology/model.ts";
import { type Content, type Html, html, inline } from "./html.ts";
import { anchor, type Links, messageLink } from "./links.ts";
import { self } from "./queue-sections.ts";
import { code, facts, joined, table } from "./tables.ts";

export function serviceSections(contract: Contract, links: Links): Html[] {
  return contract.services.map((service) => {
    const id = anchor.service(service.name);
    const sends = contract.sends.filter((send) => send.service === service.name);
    const receives = contract.receives.filter((receive) => receive.service === service.name);
    const topology = serviceTopology(contract, service.name);
    const permissions = permissionsOf(contract, service.name);
    return html`<article class="panel plain" aria-labelledby="${id}">
<h3 id="${id}">${service.name} ${self(id)}</h3>
<p>${inline(service.description)}</p>
${facts([
  [
    "Sends",
    messages(
      sends.flatMap((send) => send.messages),
      links,
    ) ?? "nothing",
  ],
  [
    "Consumes",
    receives.length > 0 &&
      joined(
        receives.map(
          ({ queue }) => html`<a class="mono" href="#${anchor.queue(queue.name)}">${queue.name}</a>`,
        ),
      ),
  ],
  [
    "Declares",
    joined(
      [...topology.exchanges, ...topology.queues].map(({ name }) => code(name)),
      " ",
    ),
  ],
])}
<details class="part">
<summary>Permissions of its broker user</summary>
${table({
  caption: `Permissions of the broker user ${service.name}`,
  columns: ["May", "what matches"],
  rows: [
    ["configure", code(permissions.configure)],
    ["write", code(permissions.write)],
    ["read", code(permissions.read)],
  ],
})}
</details>
</article>`;
  });
}

function messages(sent: readonly Message[], links: Links): Content {
  if (sent.length === 0) return undefined;
  return joined([...new Set(sent)].map((message) => messageLink(links, message)));
}
