/**
 * Places where a test can kill the process. Here they are empty functions; with the import condition
 * `fault-injection`, `#fault-points` is `testing/fault-points.ts` instead.
 */
export type FaultPoint =
  | "after-commit-before-publish"
  | "after-confirm-before-outbox-delete"
  | "after-handler-commit-before-ack";

export function passFaultPoint(_point: FaultPoint): void {}

/** Messages with these ids are about to be handled. */
export function passHandling(_messageIds: readonly string[]): void {}
