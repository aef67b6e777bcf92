export { reconciliationRoutes } from "./reconciliation/routes.ts";
export { listOf } from "./reconciliation/selection.ts";
