/**
 * What became of one delivery.
 *
 * | outcome       | when                                             | what the runtime does                                                            |
 * | ------------- | ------------------------------------------------ | -------------------------------------------------------------------------------- |
 * | `done`        | the effects are in the transaction               | commits, records the message id in the inbox, acks                               |
 * | `retry`       | it may work later (something has not arrived yet) | republishes to the next retry tier, then acks; after the last: dead letter       |
 * | `dead-letter` | it can never work                                | republishes to the dead-letter queue with the reason, then acks                  |
 *
 * A handler that returns `retry` or `dead-letter` must have written nothing for that delivery: the
 * transaction still commits what it wrote for the other deliveries of the batch.
 */
export type Outcome =
  | { readonly kind: "done" }
  | { readonly kind: "retry"; readonly reason: string }
  | { readonly kind: "dead-letter"; readonly reason: string };

export const done: Outcome = { kind: "done" };

/** What became of a request: answered instead of `done`. */
export type Answer<Payload> =
  | { readonly kind: "answer"; readonly payload: Payload }
  | Exclude<Outcome, { readonly kind: "done" }>;

/** The effects are in the transaction, and the requester gets `payload` after its commit. */
export function answer<Payload>(payload: Payload): Answer<Payload> {
  return { kind: "answer", payload };
}

/** A transient failure; `reason` is added to the message's headers. */
export function retry(reason: string): Extract<Outcome, { kind: "retry" }> {
  return { kind: "retry", reason };
}

/** A permanent failure; `reason` is added to the message's headers. */
export function deadLetter(reason: string): Extract<Outcome, { kind: "dead-letter" }> {
  return { kind: "dead-letter", reason };
}

/** `done` for each delivery, for handlers that either succeed or throw. */
export function allDone(deliveries: readonly unknown[]): Outcome[] {
  return deliveries.map(() => done);
}

/** Why the runtime dead-lettered a message, as its `dead-letter-reason` header says. */
export type DeadLetterReason =
  | "undecodable"
  | "invalid"
  | "unknown-message"
  | "rejected"
  | "retries-exhausted"
  | "quarantined";
