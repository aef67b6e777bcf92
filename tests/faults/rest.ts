import { restWith } from "@orders/stack/rest";
import { tokenOf } from "@rabbit-contract/service/testing";

/** Calls services as an operator. */
export const rest = restWith(await tokenOf("operator", "fault-suite"));
