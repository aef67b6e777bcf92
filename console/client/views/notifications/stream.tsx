/** What customers and operators were told: those of before, and each new one as it is made. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Link } from "wouter-preact";
import { useFilters } from "../../parts/address.ts";
import { Badge, type Tone } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import type { Column } from "../../parts/table.tsx";
import { Id, Time } from "../../parts/values.tsx";
import { may } from "../../session/session.ts";
import { type Notification, readNotifications } from "./notification-shapes.ts";
import { useLive } from "./use-live.ts";

const tones: Readonly<Record<Notification["deliveries"][number]["status"], Tone>> = {
  pending: "warn",
  sent: "good",
  failed: "bad",
};
const says = { live: "Live", connecting: "Connecting …", lost: "Connection lost, reconnecting" };

export function Stream(): VNode {
  const [filters, change] = useFilters("audience", "customerId", "orderId", "delivery", "open");
  const audience = (["customer", "operators"] as const).find((one) => one === filters.audience);
  const delivery = (["pending", "failed"] as const).find((one) => one === filters.delivery);
  const { customerId, orderId } = filters;
  const common = {
    ...(audience && { audience }),
    ...(customerId !== undefined && { customerId }),
    ...(orderId !== undefined && { orderId }),
  };
  const list = usePages<Notification, Awaited<ReturnType<typeof readNotifications>>>({
    key: ["notifications", "list", common, delivery],
    keyOf: ({ id }) => id,
    read: (page) => readNotifications({ ...common, ...(delivery && { delivery }), ...page }),
    every: 5_000,
  });
  const live = useLive(queryOf(common));
  const listed = new Set(list.rows.map(({ id }) => id));
  const fresh = delivery === undefined ? live.arrived.filter(({ id }) => !listed.has(id)) : [];
  const rows = [...fresh, ...list.rows];
  // It stays open when the list changes and no longer has it.
  const last = useRef<Notification>();
  const opened = [...rows, ...(last.current ? [last.current] : [])].find(({ id }) => id === filters.open);
  last.current = opened;
  // Their ids are in order of time: one that is not listed yet is on a later page.
  const isFurther = filters.open !== undefined && !opened && (list.rows.at(-1)?.id ?? "") > filters.open;
  const { hasNextPage, isFetching, error, fetchNextPage } = list;
  useEffect(() => {
    if (isFurther && hasNextPage && !isFetching && !error) void fetchNextPage();
  });
  const seesAll = may("stock:read");
  return (
    <>
      <search class="filters">
        {seesAll && (
          <>
            <Field label="For">
              <select value={audience ?? ""} onChange={(e) => change({ audience: e.currentTarget.value })}>
                <option value="">Anyone</option>
                <option value="customer">Customers</option>
                <option value="operators">Operators</option>
              </select>
            </Field>
            <Field label="Customer">
              <input
                type="search"
                value={customerId ?? ""}
                onChange={(e) => change({ customerId: e.currentTarget.value.trim() })}
              />
            </Field>
          </>
        )}
        <Field label="Order id">
          <input
            type="search"
            value={orderId ?? ""}
            onChange={(e) => change({ orderId: e.currentTarget.value.trim() })}
          />
        </Field>
        <Field label="Delivery">
          <select value={delivery ?? ""} onChange={(e) => change({ delivery: e.currentTarget.value })}>
            <option value="">Any</option>
            <option value="pending">Pending</option>
            <option value="failed">Failed</option>
          </select>
        </Field>
        <p class="live" role="status">
          <Badge tone={live.status === "live" ? "good" : "warn"}>{says[live.status]}</Badge>
        </p>
      </search>
      <List
        what="notifications"
        columns={columnsOf(({ id }) => change({ open: id }))}
        list={{ ...list, rows }}
        marked={({ id }) => fresh.some((one) => one.id === id)}
        none="Nothing matches the filters. New notifications appear automatically."
      />
      {opened && <Opened notification={opened} onClose={() => change({ open: "" })} />}
    </>
  );
}

function queryOf(filters: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(filters).toString();
  return text === "" ? "" : `?${text}`;
}

function columnsOf(open: (notification: Notification) => void): readonly Column<Notification>[] {
  return [
    { title: "When", width: "time", cell: ({ createdAt }) => <Time at={createdAt} /> },
    {
      title: "Subject",
      cell: (notification) => (
        <button type="button" class="link" onClick={() => open(notification)}>
          {notification.subject}
        </button>
      ),
    },
    { title: "To", cell: ({ customerId }) => customerId ?? "operators", wide: true },
    {
      title: "Order",
      width: "id",
      cell: ({ orderId }) =>
        orderId === undefined ? (
          "—"
        ) : (
          <Link href={`/orders/${orderId}`}>
            <Id>{orderId}</Id>
          </Link>
        ),
      wide: true,
    },
    { title: "Delivery", width: "short", cell: (notification) => <Deliveries notification={notification} /> },
  ];
}

function Deliveries({ notification: { deliveries } }: { readonly notification: Notification }): VNode {
  if (deliveries.length === 0) return <Badge tone="plain">not sent</Badge>;
  return (
    <>
      {deliveries.map(({ channel, status }) => (
        <Badge key={channel} tone={tones[status]}>
          {channel} {status}
        </Badge>
      ))}
    </>
  );
}

interface OpenedProps {
  readonly notification: Notification;
  onClose(): void;
}

function Opened({ notification, onClose }: OpenedProps): VNode {
  const { subject, body, deliveries, createdAt } = notification;
  return (
    <Dialog title={subject} onClose={onClose}>
      <p class="note">
        <Time at={createdAt} />
      </p>
      <pre class="mail">{body}</pre>
      {deliveries.map(({ channel, status, at, error }) => (
        <p key={channel}>
          <Badge tone={tones[status]}>
            {channel} {status}
          </Badge>{" "}
          <Time at={at} /> {error}
        </p>
      ))}
      <Button onClick={onClose}>Close</Button>
    </Dialog>
  );
}
