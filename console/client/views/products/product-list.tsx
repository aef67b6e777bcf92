/** Products with their stock, in order of SKU. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { Link, useLocation } from "wouter-preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { TextFilter, useFilters } from "../../parts/filters.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import type { Column } from "../../parts/table.tsx";
import { money } from "../../parts/values.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { ProductForm } from "./product-form.tsx";
import { Available, type Product } from "./product-shapes.tsx";

const columns: readonly Column<Product>[] = [
  {
    title: "SKU",
    cell: ({ sku }) => (
      <Link href={`/products/${sku}`}>
        <code>{sku}</code>
      </Link>
    ),
  },
  { title: "Name", cell: ({ name }) => <span title={name}>{name}</span> },
  { title: "Category", cell: ({ category }) => category ?? "—", wide: true },
  { title: "Price", cell: ({ unitPrice }) => money(unitPrice), align: "end", wide: true },
  { title: "On hand", cell: ({ stock }) => stock.onHand.toLocaleString("en"), align: "end", wide: true },
  { title: "Reserved", cell: ({ stock }) => stock.reserved.toLocaleString("en"), align: "end", wide: true },
  { title: "Available", cell: (product) => <Available product={product} />, align: "end" },
];

export function ProductList(): VNode {
  const [filters, change] = useFilters("category", "lowStock");
  const [, navigate] = useLocation();
  const creating = useSignal(false);
  const lowStock = filters.lowStock === "true";
  const query = {
    ...(filters.category !== undefined && { category: filters.category }),
    ...(lowStock && { lowStock: "true" as const }),
  };
  const list = usePages({
    key: ["products", query],
    keyOf: ({ sku }) => sku,
    read: (page) => bodyOf(rest.inventory.products.get({ query: { ...query, ...page } })),
    every: 3_000,
  });
  return (
    <>
      <ViewHead title="Products and stock">
        <div class="actions">
          {may("products:change") && may("stock:change") && (
            <Link class="button" href="/products/-/import">
              Import a CSV file
            </Link>
          )}
          {may("products:change") && (
            <Button kind="primary" onClick={() => (creating.value = true)}>
              Create a product
            </Button>
          )}
        </div>
      </ViewHead>
      <search class="filters">
        <form
          class="search"
          onSubmit={(event) => {
            event.preventDefault();
            const sku = String(new FormData(event.currentTarget).get("sku")).trim();
            if (sku !== "") navigate(`/products/${encodeURIComponent(sku)}`);
          }}
        >
          <Field label="SKU">
            <input name="sku" type="search" />
          </Field>
          <Button type="submit">Open</Button>
        </form>
        <TextFilter label="Category" name="category" />
        {may("stock:read") && (
          <label class="check">
            <input
              type="checkbox"
              checked={lowStock}
              onChange={({ currentTarget: { checked } }) => change({ lowStock: checked ? "true" : "" })}
            />
            Low stock only
          </label>
        )}
      </search>
      <List
        what="products"
        columns={columns}
        list={list}
        none={
          lowStock
            ? "No product is at or below its low-stock threshold."
            : filters.category === undefined
              ? "Create one, or import a CSV file."
              : "Nothing matches the filters."
        }
      />
      {creating.value && <ProductForm onClose={() => (creating.value = false)} />}
    </>
  );
}
