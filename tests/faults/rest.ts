import { type Rest, restWith } from "@orders/stack/rest";
import { patientFetch } from "@orders/stack/testing/client";
import { authorizationOf } from "@rabbit-contract/service/testing";
import type { FaultSystem } from "./system.ts";

export const operator = await authorizationOf("operator", "fault-suite");

/** Calls the first replica of each service as an operator. */
export function rest(system: FaultSystem): Rest {
  return restWith((service) => system.urls(service)[0] ?? "", operator, patientFetch);
}
