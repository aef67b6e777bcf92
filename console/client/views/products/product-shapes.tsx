/** A product as the service answers it. */
import type { VNode } from "preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Badge } from "../../parts/badge.tsx";

export type Product = Awaited<ReturnType<typeof readProduct>>;

export function readProduct(sku: string) {
  return bodyOf(rest.inventory.products({ sku }).get());
}

export function Available({ product }: { readonly product: Product }): VNode {
  const { stock, lowStockThreshold } = product;
  const low = lowStockThreshold !== undefined && stock.available <= lowStockThreshold;
  const text = stock.available.toLocaleString("en");
  if (!low) return <span>{text}</span>;
  return <Badge tone={stock.available === 0 ? "bad" : "warn"}>{text} · low</Badge>;
}
