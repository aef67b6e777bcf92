/** One product: its stock, and the ledger of its movements. */
import { useSignal } from "@preact/signals";
import { useQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Facts } from "../../parts/facts.tsx";
import { One } from "../../parts/one.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import type { Column } from "../../parts/table.tsx";
import { money, OrderLink, signed, Time } from "../../parts/values.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { ProductForm } from "./product-form.tsx";
import { Available, readProduct } from "./product-shapes.tsx";
import { RecordMovement } from "./record-movement.tsx";

export function OneProduct({ sku }: { readonly sku: string }): VNode {
  const dialog = useSignal<"change" | "move" | undefined>(undefined);
  const read = useQuery({
    queryKey: ["products", "one", sku],
    queryFn: () => readProduct(sku),
    refetchInterval: 3_000,
  });
  const close = () => (dialog.value = undefined);
  return (
    <One list={{ href: "/products", title: "Products and stock" }} what="product" id={sku} read={read}>
      {(data) => (
        <>
          <ViewHead title={data.name}>
            <code>{sku}</code>
            <div class="actions">
              {may("products:change") && <Button onClick={() => (dialog.value = "change")}>Change</Button>}
              {may("stock:change") && (
                <Button kind="primary" onClick={() => (dialog.value = "move")}>
                  Record a movement
                </Button>
              )}
            </div>
          </ViewHead>
          <Facts
            class="numbers"
            of={{
              "On hand": data.stock.onHand.toLocaleString("en"),
              Reserved: data.stock.reserved.toLocaleString("en"),
              Available: <Available product={data} />,
              Price: money(data.unitPrice),
              "Low-stock threshold": data.lowStockThreshold?.toLocaleString("en") ?? "—",
              Category: data.category ?? "—",
            }}
          />
          {data.description !== undefined && <p>{data.description}</p>}
          {may("stock:read") && <Ledger sku={sku} />}
          {dialog.value === "change" && <ProductForm product={data} onClose={close} />}
          {dialog.value === "move" && <RecordMovement sku={sku} onClose={close} />}
        </>
      )}
    </One>
  );
}

function readLedger(sku: string, query: { limit: number; after?: string }) {
  return bodyOf(rest.inventory.products({ sku })["stock-movements"].get({ query }));
}
type Entry = Awaited<ReturnType<typeof readLedger>>["items"][number];

const columns: readonly Column<Entry>[] = [
  { title: "Time", width: "time", cell: ({ createdAt }) => <Time at={createdAt} /> },
  { title: "Quantity", cell: ({ quantity }) => signed(quantity), align: "end" },
  { title: "Balance", cell: ({ balance }) => <b>{balance.toLocaleString("en")}</b>, align: "end" },
  { title: "Reason", cell: ({ reason }) => reason, wide: true },
  {
    title: "Note or order",
    width: "long",
    cell: ({ note, orderId }) => (orderId === undefined ? note : <OrderLink id={orderId} />),
    wide: true,
  },
];

function Ledger({ sku }: { readonly sku: string }): VNode {
  const list = usePages({
    key: ["products", "ledger", sku],
    keyOf: ({ id }) => id,
    read: (page) => readLedger(sku, page),
    every: 3_000,
  });
  return (
    <>
      <h2>Movements</h2>
      <List
        what="movements"
        columns={columns}
        list={list}
        none="No stock has been received or removed yet."
      />
    </>
  );
}
