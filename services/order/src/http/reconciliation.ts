import { closed, uuid } from "@rabbit-contract/service/http";
import { listOf, reconciliationRoutes } from "@rabbit-contract/service/operator";
import { ordersToSend } from "../commands/reconcile-orders.ts";
import type { OrderAppOptions } from "./app.ts";

/** For operators; mounted by the service's app. */
export function orderReconciliation({
  database,
  outbox,
  log,
}: Pick<OrderAppOptions, "database" | "outbox" | "log">) {
  return reconciliationRoutes({
    database,
    log,
    description:
      "For each order placed in the time range, or with one of the ids: the messages of all its status " +
      "changes, and `order.created` while it is pending.",
    selection: closed({ orderIds: listOf(uuid(), "These orders; unknown ones are skipped") }),
    sourcesOf: (chosen) => [ordersToSend(outbox, chosen)],
  });
}
