/** Examples and AMQP properties of a message. */
import type { Contract, Message } from "../contract.ts";
import { isObject, type JsonValue, pointerOf } from "../source.ts";
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

/** What the broker and the consumer see besides the payload. */
export function properties(contract: Contract, message: Message): Html {
  const { source } = contract;
  const at = (pointer: string) => source.resolve(pointer).value;
  const own = at(message.place.pointer);
  const contentType = (isObject(own) && own.contentType) || source.at("/defaultContentType");
  const amqp = at(`${source.resolve(`${message.place.pointer}/bindings`).pointer}/amqp`);
  const sends = contract.sends.filter((send) => send.messages.includes(message));
  const sending = sends.map((send) => {
    const bindings = source.resolve(pointerOf("operations", send.id, "bindings")).pointer;
    const binding = at(`${bindings}/amqp`);
    return isObject(binding) ? binding : {};
  });
  const persistent = sending.every((binding) => binding.deliveryMode === 2);
  const given = (value: JsonValue | undefined): Content =>
    value !== undefined && value !== false && code(String(value));
  const rows: [string, Content, Content][] = [
    ["type", code(message.name), "Name of the message."],
    ["message_id", "UUIDv7", "Stable when the message is republished; consumers recognise duplicates by it."],
    [
      "correlation_id",
      message.correlationId
        ? code(`${message.correlationId.part}${pointerOf(...message.correlationId.path)}`)
        : "UUIDv7",
      message.correlationId ? "What the message is about." : "The message’s own id.",
    ],
    ["app_id", joined([...new Set(sends.map((send) => code(send.service)))]), "The producing service."],
    ["timestamp", "seconds", "When the producer’s transaction made the message."],
    ["content_type", given(contentType), "How the body is written."],
    ["content_encoding", isObject(amqp) && given(amqp.contentEncoding), "Its characters."],
    [
      "delivery_mode",
      code(persistent ? 2 : 1),
      persistent ? "Persistent: it outlives a restart of the broker." : "Transient.",
    ],
    [
      "mandatory",
      sending.every((binding) => binding.mandatory === true) && code("true"),
      "The broker returns it if no queue is bound for it.",
    ],
  ];
  return table({
    caption: "AMQP properties",
    columns: ["Property", "Value", "Meaning"],
    rows: rows
      .filter(([, value]) => value !== false && value !== undefined)
      .map(([name, value, meaning]) => [code(name), value, meaning]),
  });
}
