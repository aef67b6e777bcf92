export { startHousekeeping } from "./housekeeping/timer.ts";
export { createLogger, LOG_LEVELS, type Logger } from "./log.ts";
export { stopSignal } from "./runtime/runtime.ts";
export { openBackends } from "./service.ts";
