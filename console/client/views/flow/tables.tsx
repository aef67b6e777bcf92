/** What the picture shows, as tables: for screen readers, and for exact numbers. */
import type { VNode } from "preact";
import type { QueueFlow, RouteFlow } from "../../../src/shapes.ts";
import { ShortTable } from "../../parts/short-table.tsx";
import type { Column } from "../../parts/table.tsx";
import { flow } from "./flow-state.ts";
import { rate } from "./words.ts";

const queueColumns: readonly Column<QueueFlow>[] = [
  { title: "queue", cell: ({ name }) => name },
  { title: "ready", cell: ({ ready }) => ready },
  { title: "in hand", cell: ({ inHand }) => inHand },
  { title: "consumers", cell: ({ consumers }) => consumers },
  { title: "in", cell: ({ inPerSecond }) => rate(inPerSecond) },
  { title: "out", cell: ({ outPerSecond }) => rate(outPerSecond) },
  {
    title: "awaiting retry",
    cell: ({ retryTiers }) => retryTiers.reduce((sum, tier) => sum + tier.messages, 0),
  },
  { title: "dead letters", cell: ({ deadLetters }) => deadLetters.messages },
];

const routeColumns: readonly Column<RouteFlow>[] = [
  { title: "message", cell: ({ message }) => message },
  { title: "from", cell: ({ from }) => from },
  { title: "exchange and routing key", cell: ({ exchange, routingKey }) => `${exchange}, ${routingKey}` },
  { title: "to", cell: ({ to }) => to.join(", ") },
  { title: "rate", cell: ({ perSecond }) => rate(perSecond) },
];

export function FlowTables(): VNode | null {
  if (flow.value === undefined) return null;
  const { queues, routes } = flow.value;
  return (
    <details class="flow-tables">
      <summary>Show as tables</summary>
      <div class="scroll">
        <ShortTable caption="Queues" columns={queueColumns} rows={queues} keyOf={({ name }) => name} named />
        <ShortTable
          caption="Routes"
          columns={routeColumns}
          rows={routes}
          keyOf={({ exchange, routingKey, from }) => `${exchange} ${routingKey} ${from}`}
          named
        />
      </div>
    </details>
  );
}
