/** One order: what it is, its life, and what can be done with it. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Link } from "wouter-preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { FormDialog } from "../../parts/dialog.tsx";
import { Facts } from "../../parts/facts.tsx";
import { One } from "../../parts/one.tsx";
import { Scroll } from "../../parts/scroll.tsx";
import { ShortTable } from "../../parts/short-table.tsx";
import type { Column } from "../../parts/table.tsx";
import { money, Time } from "../../parts/values.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { type LifeEvent, lifeOf } from "./life.ts";
import { LifePicture } from "./life-picture.tsx";
import { type Order, StatusBadge } from "./order-shapes.tsx";
import { useOrder } from "./sources.ts";

export function OneOrder({ orderId }: { readonly orderId: string }): VNode {
  const { order, reservation, notifications, missing } = useOrder(orderId);
  return (
    <One list={{ href: "/orders", title: "Orders" }} what="order" id={orderId} read={order}>
      {(data) => {
        const events = lifeOf({ order: data, reservation, notifications });
        return (
          <>
            <ViewHead title="Order" code={data.id}>
              <span role="status">
                <StatusBadge status={data.status} />
              </span>
              <Actions order={data} />
            </ViewHead>
            {missing.length > 0 && (
              <p class="notice" role="status">
                The timeline is incomplete: {missing.join(" and ")} cannot be reached.
              </p>
            )}
            <Summary order={data} />
            <h2>Timeline</h2>
            <LifePicture events={events} pending={data.status === "pending"} />
            <h2>Messages</h2>
            <Scroll label="Messages of the order">
              <ShortTable
                columns={messageColumns}
                rows={events.filter((event) => event.kind === "message")}
                keyOf={({ type, at }) => `${type}${at}`}
              />
            </Scroll>
          </>
        );
      }}
    </One>
  );
}

function Summary({ order }: { readonly order: Order }): VNode {
  const { customerId, lines, total, createdAt, reason, history } = order;
  const traceIds = [...new Set(history.flatMap(({ traceId }) => traceId ?? []))];
  const shortages = reason?.code === "insufficient-stock" ? reason.shortages : [];
  return (
    <div class="two">
      <Facts
        of={{
          Customer: <Link href={`/orders?customerId=${encodeURIComponent(customerId)}`}>{customerId}</Link>,
          Placed: <Time at={createdAt} />,
          Shortages: shortages
            .map(({ sku, requested, available }) => `${sku}: ${requested} requested, ${available} available`)
            .join("; "),
          "Trace id":
            traceIds.length === 0 ? "none recorded" : traceIds.map((id) => <code key={id}>{id} </code>),
        }}
      />
      <ShortTable
        columns={lineColumns}
        rows={lines}
        keyOf={({ sku }) => sku}
        foot={
          <tr>
            <th scope="row" colSpan={2}>
              Total
            </th>
            <td class="end">
              <b>{money(total)}</b>
            </td>
          </tr>
        }
      />
    </div>
  );
}

const lineColumns: readonly Column<Order["lines"][number]>[] = [
  {
    title: "Product",
    cell: ({ sku, name }) => (
      <>
        <Link href={`/products/${sku}`}>{name}</Link> <span class="type">{sku}</span>
      </>
    ),
  },
  { title: "Quantity", cell: ({ quantity }) => quantity, align: "end" },
  { title: "Unit price", cell: ({ unitPrice }) => money(unitPrice), align: "end" },
];

type Message = Extract<LifeEvent, { kind: "message" }>;
const codeOf = (id: string | undefined) => (id === undefined ? "—" : <code>{id}</code>);

const messageColumns: readonly Column<Message>[] = [
  { title: "Message", cell: ({ type }) => <a href={`/catalogue/messages/${type}.html`}>{type}</a> },
  { title: "From", cell: ({ from }) => from },
  { title: "To", cell: ({ to }) => to.join(", ") },
  { title: "Time", cell: ({ at }) => <Time at={at} exact /> },
  { title: "Message id", cell: ({ id }) => codeOf(id) },
  { title: "Trace id", cell: ({ traceId }) => codeOf(traceId) },
];

const verbs = {
  cancel: {
    title: "Cancel the order?",
    text: "Its reserved stock becomes available again. This cannot be undone.",
    action: "Cancel the order",
    done: "The order is cancelled.",
  },
  ship: {
    title: "Ship the order?",
    text: "Its reserved stock leaves the warehouse. A shipped order cannot be cancelled.",
    action: "Ship the order",
    done: "The order is shipped.",
  },
} as const;

function Actions({ order: { id, status } }: { readonly order: Order }): VNode {
  const asked = useSignal<keyof typeof verbs | undefined>(undefined);
  const verb = asked.value;
  const act = async (what: keyof typeof verbs) => {
    const call = rest.order.orders({ orderId: id });
    await bodyOf(what === "cancel" ? call.cancel.post() : call.ship.post());
    return verbs[what].done;
  };
  return (
    <div class="actions">
      {may("orders:ship") && status === "confirmed" && (
        <Button kind="primary" onClick={() => (asked.value = "ship")}>
          Ship
        </Button>
      )}
      {may("orders:cancel") && (status === "pending" || status === "confirmed") && (
        <Button kind="danger" onClick={() => (asked.value = "cancel")}>
          Cancel the order
        </Button>
      )}
      {verb !== undefined && (
        <FormDialog
          title={verbs[verb].title}
          action={verbs[verb].action}
          danger={verb === "cancel"}
          act={() => act(verb)}
          changes="orders"
          onClose={() => (asked.value = undefined)}
        >
          <p>{verbs[verb].text}</p>
        </FormDialog>
      )}
    </div>
  );
}
