/** A table of any length: only the visible rows are in the document. */
import type { ComponentChildren, VNode } from "preact";
import { type MutableRef, useRef } from "preact/hooks";
import { useVirtualRows } from "./virtual-rows.ts";

export interface Column<Row> {
  readonly title: string;
  cell(row: Row): ComponentChildren;
  /** Left out on a phone. */
  readonly wide?: boolean;
  readonly align?: "end";
  /** On a wide page: as wide as what it holds; `long` takes a third. @default an equal part of the rest */
  readonly width?: "id" | "time" | "short" | "long";
}

interface Props<Row> {
  /** For screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  keyOf(row: Row): string;
  /** Marks the rows that are chosen, or the one that is open. */
  marked?(row: Row): boolean;
  /** Called when the end becomes visible and `hasMore` is set. */
  readonly onMore?: (() => unknown) | undefined;
  readonly hasMore?: boolean;
  /** Is told which rows are drawn. */
  readonly inSight?: MutableRef<{ readonly first: number; readonly last: number }>;
}

export function Table<Row>(props: Props<Row>): VNode {
  const { label, columns, rows, keyOf, marked, onMore, hasMore, inSight } = props;
  const table = useRef<HTMLTableElement>(null);
  const { first, last, before, after } = useVirtualRows({
    table,
    count: rows.length,
    onEnd: hasMore ? onMore : undefined,
  });
  if (inSight) inSight.current = { first, last };
  return (
    <table ref={table} class="list" aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1}>
      <thead>
        <tr aria-rowindex={1}>
          {columns.map((column) => (
            <th key={column.title} scope="col" class={classOf(column)}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {before > 0 && <Gap height={before} />}
        {rows.slice(first, last).map((row, index) => (
          <tr
            key={keyOf(row)}
            aria-rowindex={first + index + 2}
            aria-selected={marked?.(row) ? "true" : undefined}
          >
            {columns.map((column) => (
              <td key={column.title} class={classOf(column)}>
                {column.cell(row)}
              </td>
            ))}
          </tr>
        ))}
        {after > 0 && <Gap height={after} />}
      </tbody>
    </table>
  );
}

function Gap({ height }: { readonly height: number }): VNode {
  return (
    <tr class="gap">
      <td style={{ height }} />
    </tr>
  );
}

function classOf({ wide, align, width }: Column<never>): string {
  return [wide && "wide", align, width && `width-${width}`].filter(Boolean).join(" ");
}
