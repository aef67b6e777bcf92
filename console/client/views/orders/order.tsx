/** One order: what it is, its life, and what can be done with it. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Link } from "wouter-preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Confirm } from "../../parts/dialog.tsx";
import { One } from "../../parts/one.tsx";
import { Scroll } from "../../parts/scroll.tsx";
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
            <Facts order={data} />
            <h2>Timeline</h2>
            <LifePicture events={events} pending={data.status === "pending"} />
            <Messages events={events} />
          </>
        );
      }}
    </One>
  );
}

function Facts({ order }: { readonly order: Order }): VNode {
  const { customerId, lines, total, createdAt, reason } = order;
  const traceIds = [...new Set(order.history.flatMap(({ traceId }) => traceId ?? []))];
  return (
    <div class="two">
      <dl class="facts">
        <div>
          <dt>Customer</dt>
          <dd>
            <Link href={`/orders?customerId=${encodeURIComponent(customerId)}`}>{customerId}</Link>
          </dd>
        </div>
        <div>
          <dt>Placed</dt>
          <dd>
            <Time at={createdAt} />
          </dd>
        </div>
        {reason?.code === "insufficient-stock" && (
          <div>
            <dt>Shortages</dt>
            <dd>
              {reason.shortages
                .map(
                  ({ sku, requested, available }) => `${sku}: ${requested} requested, ${available} available`,
                )
                .join("; ")}
            </dd>
          </div>
        )}
        <div>
          <dt>Trace id</dt>
          <dd>
            {traceIds.length === 0 ? "none recorded" : traceIds.map((id) => <code key={id}>{id} </code>)}
          </dd>
        </div>
      </dl>
      <table>
        <thead>
          <tr>
            <th scope="col">Product</th>
            <th scope="col" class="end">
              Quantity
            </th>
            <th scope="col" class="end">
              Unit price
            </th>
          </tr>
        </thead>
        <tbody>
          {lines.map(({ sku, name, quantity, unitPrice }) => (
            <tr key={sku}>
              <td>
                <Link href={`/products/${sku}`}>{name}</Link> <span class="type">{sku}</span>
              </td>
              <td class="end">{quantity}</td>
              <td class="end">{money(unitPrice)}</td>
            </tr>
          ))}
          <tr>
            <th scope="row" colSpan={2}>
              Total
            </th>
            <td class="end">
              <b>{money(total)}</b>
            </td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function Messages({ events }: { readonly events: readonly LifeEvent[] }): VNode {
  const messages = events.filter((event) => event.kind === "message");
  return (
    <>
      <h2>Messages</h2>
      <Scroll label="Messages of the order">
        <table>
          <thead>
            <tr>
              {["Message", "From", "To", "Time", "Message id", "Trace id"].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {messages.map(({ type, id, from, to, at, traceId }) => (
              <tr key={`${type}${at}`}>
                <td>
                  <a href={`/catalogue/messages/${type}.html`}>{type}</a>
                </td>
                <td>{from}</td>
                <td>{to.join(", ")}</td>
                <td>
                  <Time at={at} exact />
                </td>
                <td>{id === undefined ? "—" : <code>{id}</code>}</td>
                <td>{traceId === undefined ? "—" : <code>{traceId}</code>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

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
        <Confirm
          title={verbs[verb].title}
          action={verbs[verb].action}
          danger={verb === "cancel"}
          onConfirm={() => act(verb)}
          changes="orders"
          onClose={() => (asked.value = undefined)}
        >
          <p>{verbs[verb].text}</p>
        </Confirm>
      )}
    </div>
  );
}
