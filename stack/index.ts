export { perService, type ServiceName, serviceNames, variableOf } from "./names.ts";
export { root } from "./paths.ts";
export { table } from "./table.ts";
