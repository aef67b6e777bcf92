import { Sku } from "@orders/generated/messages";
import { closed, uuid } from "@rabbit-contract/service/http";
import { listOf, reconciliationRoutes } from "@rabbit-contract/service/operator";
import { sourcesToSend } from "../commands/reconcile.ts";
import type { InventoryAppOptions } from "./app.ts";

/** For operators; mounted by the service's app. */
export function inventoryReconciliation({
  database,
  outbox,
  log,
}: Pick<InventoryAppOptions, "database" | "outbox" | "log">) {
  return reconciliationRoutes({
    database,
    log,
    description:
      "`stock.reserved` or `stock.rejected` for each order, and `product.changed` for each product: those of orders " +
      "placed in the time range and of products last changed in it, or of those named. " +
      "`stock.low` is not resent, since nothing records whether it was received.",
    selection: closed({
      orderIds: listOf(uuid(), "The answers to these orders; orders without an answer are skipped"),
      skus: listOf(Sku, "These products; unknown ones are skipped"),
    }),
    sourcesOf: (chosen) => sourcesToSend(outbox, chosen),
  });
}
