/** The fields of a payload, or of the headers, as a table. */
import type { Contract } from "../contract.ts";
import { type Content, type Html, html, inline } from "./html.ts";
import { anchor } from "./links.ts";
import type { PactStatus } from "./pact-status.ts";
import { type SchemaRow, schemaRows } from "./schema-rows.ts";
import { joined } from "./tables.ts";

interface Options {
  readonly contract: Contract;
  /** Name under `components/schemas`. */
  readonly schema: string;
  readonly part: "payload" | "headers";
  /** If given, the table shows who reads each field. */
  readonly status: readonly PactStatus[];
}

export function fieldTable({ contract, schema, part, status }: Options): Html {
  const rows = schemaRows(contract.schemas, schema);
  const seen = new Set<string>();
  const idOf = (row: SchemaRow) => {
    const id = anchor.field(part, row.path);
    if (seen.has(id)) return undefined;
    seen.add(id);
    return id;
  };
  const withReaders = status.some((one) => one.interactions.length > 0);
  const label = part === "payload" ? "Fields of the payload" : "Headers";
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0"><table class="fields">
<caption class="visually-hidden">${label}</caption>
<thead><tr><th scope="col">${part === "payload" ? "Field" : "Header"}</th><th scope="col">Type</th><th scope="col">Meaning and limits</th>${withReaders && html`<th scope="col">Read by</th>`}</tr></thead>
<tbody>
${rows.map((row) => {
  const id = idOf(row);
  return html`<tr${id !== undefined && html` id="${id}"`}><th scope="row" class="depth-${Math.min(row.depth, 6)}"><code title="${row.path}">${row.name}</code>${row.required && html` <span class="required">required</span>`}</th><td class="type">${row.type}</td><td>${inline(row.description)}${limits(row)}</td>${withReaders && html`<td class="readers">${readers(row, status)}</td>`}</tr>\n`;
})}</tbody>
</table></div>`;
}

function limits(row: SchemaRow): Content {
  if (row.limits.length === 0) return undefined;
  return html` <span class="limits">${joined(row.limits.map(inline), " · ")}</span>`;
}

/** Consumers that read the field or something inside it. */
function readers(row: SchemaRow, status: readonly PactStatus[]): string {
  return status
    .filter(({ interactions }) =>
      interactions.some(({ fields }) =>
        fields.some(
          (field) =>
            field === row.path || field.startsWith(`${row.path}.`) || field.startsWith(`${row.path}[]`),
        ),
      ),
    )
    .map(({ consumer }) => consumer)
    .join(", ");
}
