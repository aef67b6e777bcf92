/** Orders, the newest first. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Link, useLocation } from "wouter-preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { useFilters } from "../../parts/address.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import type { Column } from "../../parts/table.tsx";
import { Id, money, Time } from "../../parts/values.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { type Order, type Status, StatusBadge, statuses } from "./order-shapes.tsx";
import { PlaceOrder } from "./place-order.tsx";

const columns: readonly Column<Order>[] = [
  {
    title: "Order",
    width: "id",
    cell: ({ id }) => (
      <Link href={`/orders/${id}`}>
        <Id>{id}</Id>
      </Link>
    ),
  },
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
  const [filters, change] = useFilters("status", "customerId", "placedFrom", "placedBefore");
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
        <Search customerId={filters.customerId} found={(customerId) => change({ customerId })} />
        <Field label="Status">
          <select
            value={filters.status ?? ""}
            onChange={(e) => change({ status: e.currentTarget.value as Status })}
          >
            <option value="">Any</option>
            {statuses.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
        </Field>
        <When label="Placed from" at={filters.placedFrom} set={(placedFrom) => change({ placedFrom })} />
        <When
          label="Placed before"
          at={filters.placedBefore}
          set={(placedBefore) => change({ placedBefore })}
        />
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

interface SearchProps {
  readonly customerId: string | undefined;
  found(customerId: string): void;
}

/** The id of an order opens it; anything else is a customer's. */
function Search({ customerId = "", found }: SearchProps): VNode {
  const [, navigate] = useLocation();
  const search = (event: Event & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("text")).trim();
    if (uuid.test(text.toLowerCase())) navigate(`/orders/${text.toLowerCase()}`);
    else found(text);
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

interface WhenProps {
  readonly label: string;
  /** RFC 3339 */
  readonly at: string | undefined;
  set(at: string): void;
}

function When({ label, at, set }: WhenProps): VNode {
  const date = new Date(at ?? "");
  const local = Number.isNaN(date.getTime())
    ? ""
    : new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  return (
    <Field label={label}>
      <input
        type="datetime-local"
        value={local}
        onChange={({ currentTarget: { value } }) => set(value === "" ? "" : new Date(value).toISOString())}
      />
    </Field>
  );
}
