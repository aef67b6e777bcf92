import type { Problem } from "./message/validation.ts";

/**
 * Ordered by blast radius: one message, one channel, the connection.
 *
 * | code                    | radius     | what happened                                                   |
 * | ----------------------- | ---------- | --------------------------------------------------------------- |
 * | `message-invalid`       | message    | payload or headers violate the contract                          |
 * | `message-returned`      | message    | `mandatory`, and no queue is bound for its routing key           |
 * | `message-refused`       | message    | the broker nacked it                                             |
 * | `message-unacceptable`  | message    | it cannot be published as it is: see `RefusalReason`             |
 * | `confirm-timeout`       | message    | the broker did not confirm in time                               |
 * | `reply-timeout`         | message    | no reply to a request came in time                               |
 * | `reply-invalid`         | message    | the reply to a request violates the contract                     |
 * | `channel-closed`        | channel    | the channel closed before the broker answered                    |
 * | `topology-mismatch`     | channel    | an exchange or queue exists with other arguments, or is missing  |
 * | `connection-closed`     | connection | the connection was lost or closed                                |
 */
export type MessagingErrorCode =
  | "message-invalid"
  | "message-returned"
  | "message-refused"
  | "message-unacceptable"
  | "confirm-timeout"
  | "reply-timeout"
  | "reply-invalid"
  | "channel-closed"
  | "topology-mismatch"
  | "connection-closed";

export class MessagingError extends Error {
  override readonly name = "MessagingError";
  readonly code: MessagingErrorCode;

  constructor(code: MessagingErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static invalidMessage(type: string, part: "payload" | "headers", problem: Problem): MessagingError {
    const at = problem.pointer === "" ? part : `${part} at ${problem.pointer}`;
    return new MessagingError("message-invalid", `cannot send ${type}: its ${at} ${problem.message}`);
  }
}

/** Why the broker refuses a message, or would close the connection because of it. */
export const refusalReasons = [
  "exchange-missing",
  "not-permitted",
  "unroutable",
  "too-large",
  "unencodable",
  "refused",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/**
 * The message itself is the cause, not the broker's state or the service's topology: trying again helps only once an
 * operator changes something.
 */
export class UnacceptableMessageError extends MessagingError {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super("message-unacceptable", message, options);
    this.reason = reason;
  }
}

/**
 * Thrown by a handler for a failure that no retry can fix: the message goes to the dead-letter queue at once. Any other
 * error is retried.
 */
export class PermanentError extends Error {
  override readonly name = "PermanentError";
}
