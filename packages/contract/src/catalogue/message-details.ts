/** Examples and AMQP properties of a message. */
import { producersOf } from "../compatibility/side.ts";
import type { Contract, Message } from "../contract.ts";
import { type JsonValue, pointerOf } from "../source.ts";
import { type Content, type Html, html, inline } from "./html.ts";
import { code, joined, table } from "./tables.ts";

export function examples(contract: Contract, message: Message): Html[] {
  return message.examples.map((example) => {
    const summary = contract.source.at(`${example.place.pointer}/summary`);
    return html`<figure class="example">
<figcaption><strong>${example.name}</strong> ${typeof summary === "string" && inline(summary)}</figcaption>
${json(example.payload, `Payload of the example ${example.name}`)}
${
  example.headers !== undefined &&
  html`<details class="part"><summary>Headers</summary>${json(example.headers, `Headers of the example ${example.name}`)}</details>`
}
</figure>`;
  });
}

/** Indented JSON with syntax highlighting. */
function json(value: JsonValue | undefined, label: string): Html {
  const tokens = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;
  const text = JSON.stringify(value, null, 2) ?? "";
  const parts: Content[] = [];
  let end = 0;
  for (const match of text.matchAll(tokens)) {
    const [all, string, colon] = match;
    parts.push(text.slice(end, match.index));
    if (string === undefined) parts.push(html`<span class="json-value">${all}</span>`);
    else if (colon === undefined) parts.push(html`<span class="json-text">${string}</span>`);
    else parts.push(html`<span class="json-name">${string}</span>`, colon);
    end = match.index + all.length;
  }
  return html`<pre tabindex="0" role="group" aria-label="${label}"><code>${parts}${text.slice(end)}</code></pre>`;
}

/** The AMQP properties that the runtime sets, whatever the document says of them. */
export function properties(contract: Contract, message: Message): Html {
  const { name, correlationId } = message;
  const isSent = contract.sends.some((send) => send.messages.includes(message));
  const isReply = !isSent && [...contract.sends, ...contract.receives].some(({ reply }) => reply === message);
  const producers = producersOf(message, contract);
  const [correlation, meaning] = isReply
    ? ["that of the request", "The requester finds its request by it."]
    : correlationId
      ? [code(`${correlationId.part}${pointerOf(...correlationId.path)}`), "What the message is about."]
      : ["UUIDv7", "The message’s own id."];
  const rows: Content[][] = [
    ["type", code(name), "Name of the message."],
    ["message_id", "UUIDv7", "Stable when the message is republished; consumers recognise duplicates by it."],
    ["correlation_id", correlation, meaning],
    ...(producers.length > 0 ? [["app_id", joined(producers.map(code)), "The producing service."]] : []),
    ["timestamp", "seconds", "When the producer’s transaction made the message."],
    ["content_type", code("application/json"), "How the body is written."],
    ["content_encoding", code("utf-8"), "Its characters."],
    ...(isReply
      ? [["delivery_mode", code(1), "Transient: only the waiting requester can use it."]]
      : [
          ["delivery_mode", code(2), "Persistent: it outlives a restart of the broker."],
          ["mandatory", code("true"), "The broker returns it if no queue is bound for it."],
        ]),
  ];
  return table({
    caption: "AMQP properties",
    columns: ["Property", "Value", "Meaning"],
    rows: rows.map(([property, ...cells]) => [code(String(property)), ...cells]),
  });
}
