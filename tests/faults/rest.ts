import { restWith } from "../../stack/rest.ts";
import { tokenOf } from "../support/tokens.ts";

/** Calls services as an operator. */
export const rest = restWith(await tokenOf("operator", "fault-suite"));
