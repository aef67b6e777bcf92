export type { Report as DeadLetterReport } from "./dead-letters/action-schemas.ts";
export type { DeadLetterApp } from "./dead-letters/routes.ts";
export { reconciliationRoutes } from "./reconciliation/routes.ts";
export { listOf } from "./reconciliation/selection.ts";
export { deadLetterRights, reconciliationRights } from "./rights.ts";
