/**
 * Places where the fault suite can end a service. Here they are empty functions; with the import condition
 * `fault-injection`, `#fault-points` is `testing/fault-points.ts` instead, which no image contains.
 */
export type FaultPoint =
  | "after-commit-before-publish"
  | "after-confirm-before-outbox-delete"
  | "after-handler-commit-before-ack";

/** The process is at this point. */
export function passFaultPoint(_point: FaultPoint): void {}

/** Messages with these ids are about to be handled. */
export function passHandling(_messageIds: readonly string[]): void {}
