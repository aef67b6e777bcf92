import type { VNode } from "preact";
import type { Column } from "./table.tsx";

interface Props<Row> {
  readonly caption?: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  keyOf(row: Row): string;
  /** Whether the first cell of a row names it. */
  readonly named?: boolean;
  /** A last row. */
  readonly foot?: VNode;
}

/** A table whose rows are all in the document. */
export function ShortTable<Row>({ caption, columns, rows, keyOf, named, foot }: Props<Row>): VNode {
  return (
    <table>
      {caption !== undefined && <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map(({ title, align }) => (
            <th key={title} scope="col" class={align}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, cell, align }, index) => {
              const Cell = named && index === 0 ? "th" : "td";
              return (
                <Cell key={title} scope={Cell === "th" ? "row" : undefined} class={align}>
                  {cell(row)}
                </Cell>
              );
            })}
          </tr>
        ))}
        {foot}
      </tbody>
    </table>
  );
}
