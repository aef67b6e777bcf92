/** What customers and operators were told: those of before, and each new one as it is made. */
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Badge, type Tone } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { ConnectionStatus } from "../../parts/connection.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { ChoiceFilter, TextFilter, useFilters } from "../../parts/filters.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import type { Column } from "../../parts/table.tsx";
import { OrderLink, Time } from "../../parts/values.tsx";
import { may } from "../../session/session.ts";
import { type Notification, readNotifications } from "./notification-shapes.ts";
import { useLive } from "./use-live.ts";

const tones: Readonly<Record<Notification["deliveries"][number]["status"], Tone>> = {
  pending: "warn",
  sent: "good",
  failed: "bad",
};
const audiences = ["customer", "operators"] as const;
/** What deliveries can be filtered by. */
const undelivered = ["pending", "failed"] as const;

export function Stream(): VNode {
  const [filters, change] = useFilters("audience", "customerId", "orderId", "delivery", "open");
  const audience = audiences.find((one) => one === filters.audience);
  const delivery = undelivered.find((one) => one === filters.delivery);
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
  const live = useLive(new URLSearchParams(common).toString());
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
            <ChoiceFilter label="For" name="audience" options={audiences} none="Anyone" />
            <TextFilter label="Customer" name="customerId" />
          </>
        )}
        <TextFilter label="Order id" name="orderId" />
        <ChoiceFilter label="Delivery" name="delivery" options={undelivered} none="Any" />
        <ConnectionStatus connection={live.connection} />
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
      cell: ({ orderId }) => (orderId === undefined ? "—" : <OrderLink id={orderId} />),
      wide: true,
    },
    {
      title: "Delivery",
      width: "short",
      cell: ({ deliveries }) =>
        deliveries.length === 0 ? <Badge tone="plain">not sent</Badge> : deliveries.map(badgeOf),
    },
  ];
}

function badgeOf({ channel, status }: Notification["deliveries"][number]): VNode {
  return (
    <Badge key={channel} tone={tones[status]}>
      {channel} {status}
    </Badge>
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
      {deliveries.map((delivery) => (
        <p key={delivery.channel}>
          {badgeOf(delivery)} <Time at={delivery.at} /> {delivery.error}
        </p>
      ))}
      <Button onClick={onClose}>Close</Button>
    </Dialog>
  );
}
