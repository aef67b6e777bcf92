import { authorization } from "@orders/stack/testing/access";
import type { FaultSystem } from "./system.ts";

/**
 * Has the order service republish what happened since `from`, like `make reconcile`.
 * @returns how many orders it examined
 */
export async function reconcile(system: FaultSystem, from: Date): Promise<{ readonly examined: number }> {
  const response = await fetch(`${system.urls("order", "adminPort")[0]}/reconciliations`, {
    method: "POST",
    headers: { ...(await authorization()), "content-type": "application/json" },
    body: JSON.stringify({ from: from.toISOString(), to: new Date().toISOString() }),
  });
  const reports = (await response.text()).trim().split("\n");
  const last = JSON.parse(reports.at(-1) ?? "{}");
  if (last.state !== "complete") throw new Error(`the reconciliation answered ${reports.at(-1)}`);
  return last;
}
