/** The rights that operators' calls need, for the roles of a service. */
import { rights } from "../access/rights.ts";

export const deadLetterRights = rights({
  list: "dead-letters:list",
  /** With its payload. */
  show: "dead-letters:show",
  replay: "dead-letters:replay",
  delete: "dead-letters:delete",
});

export const reconciliationRights = rights({ reconcile: "messages:reconcile" });
