export { type Progress, reconcile, type Source } from "./reconcile.ts";
export { idsOf, type TimeRange, timesOf } from "./time-range.ts";
