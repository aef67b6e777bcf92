/** Orders, the newest first. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useLocation } from "wouter-preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { ChoiceFilter, TimeFilter, useFilters } from "../../parts/filters.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import type { Column } from "../../parts/table.tsx";
import { money, OrderLink, Time } from "../../parts/values.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { type Order, StatusBadge, statuses } from "./order-shapes.tsx";
import { PlaceOrder } from "./place-order.tsx";

const columns: readonly Column<Order>[] = [
  { title: "Order", width: "id", cell: ({ id }) => <OrderLink id={id} /> },
  { title: "Status", width: "short", cell: ({ status }) => <StatusBadge status={status} /> },
  { title: "Customer", cell: ({ customerId }) => customerId, wide: true },
  {
    title: "Lines",
    cell: ({ lines }) => lines.map(({ quantity, sku }) => `${quantity} × ${sku}`).join(", "),
    wide: true,
  },
  { title: "Total", width: "short", cell: ({ total }) => money(total), align: "end" },
  { title: "Placed", width: "time", cell: ({ createdAt }) => <Time at={createdAt} />, wide: true },
];

export function OrderList(): VNode {
  const [filters] = useFilters("status", "customerId", "placedFrom", "placedBefore");
  const placing = useSignal(false);
  const status = statuses.find((one) => one === filters.status);
  const { status: _, ...others } = filters;
  const query = { ...others, ...(status && { status }) };
  const list = usePages({
    key: ["orders", query],
    keyOf: ({ id }) => id,
    read: (page) => bodyOf(rest.order.orders.get({ query: { ...query, ...page } })),
    every: 3_000,
  });
  return (
    <>
      <ViewHead title="Orders">
        <div class="actions">
          {may("orders:place") && (
            <Button kind="primary" onClick={() => (placing.value = true)}>
              Place an order
            </Button>
          )}
        </div>
      </ViewHead>
      <search class="filters">
        <Search />
        <ChoiceFilter label="Status" name="status" options={statuses} none="Any" />
        <TimeFilter label="Placed from" name="placedFrom" />
        <TimeFilter label="Placed before" name="placedBefore" />
      </search>
      <List
        what="orders"
        columns={columns}
        list={list}
        none={Object.keys(query).length > 0 ? "Nothing matches the filters." : "None has been placed yet."}
      />
      {placing.value && <PlaceOrder onClose={() => (placing.value = false)} />}
    </>
  );
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The id of an order opens it; anything else is a customer's. */
function Search(): VNode {
  const [{ customerId = "" }, change] = useFilters("customerId");
  const [, navigate] = useLocation();
  const search = (event: Event & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text")).trim();
    if (uuid.test(text.toLowerCase())) navigate(`/orders/${text.toLowerCase()}`);
    else change({ customerId: text });
  };
  return (
    <form class="search" onSubmit={search}>
      <Field label="Order id or customer">
        <input key={customerId} name="text" type="search" defaultValue={customerId} />
      </Field>
      <Button type="submit">Search</Button>
    </form>
  );
}
