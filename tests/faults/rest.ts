import { type Rest, restWith } from "@orders/stack/rest";
import { authorizationOf } from "@rabbit-contract/service/testing";
import type { FaultSystem } from "./system.ts";

export const operator = await authorizationOf("operator", "fault-suite");

/** Calls the first replica of each service as an operator. */
export function rest(system: FaultSystem): Rest {
  const url = (service: keyof Rest) => system.urls(service)[0] ?? "";
  const urls = { inventory: url("inventory"), order: url("order"), notification: url("notification") };
  return restWith(urls, operator);
}
