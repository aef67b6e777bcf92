/** Tables that scroll sideways in a narrow window. */
import { type Content, type Html, html } from "./html.ts";

interface Table {
  /** For screen readers; a heading above says the same visibly. */
  readonly caption: string;
  readonly columns: readonly string[];
  /** One cell per column; the first is the row's header. */
  readonly rows: readonly (readonly Content[])[];
}

export function table({ caption, columns, rows }: Table): Html {
  return html`<div class="scroll" role="group" aria-label="${caption}" tabindex="0"><table>
<caption class="visually-hidden">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>
${rows.map(
  ([first, ...others]) =>
    html`<tr><th scope="row">${first}</th>${others.map((cell) => html`<td>${cell}</td>`)}</tr>\n`,
)}</tbody>
</table></div>`;
}

/** Names and values; an absent value omits its name. */
export function facts(entries: readonly (readonly [string, Content])[]): Html {
  return html`<dl class="facts">
${entries
  .filter(([, value]) => value !== undefined && value !== false)
  .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`;
}

/** Joins contents with a separator. */
export function joined(contents: readonly Content[], between: Content = ", "): Content[] {
  return contents.flatMap((content, index) => (index === 0 ? [content] : [between, content]));
}

export function code(text: string | number): Html {
  return html`<code>${text}</code>`;
}

export function yesOrNo(value: boolean): string {
  return value ? "yes" : "no";
}
