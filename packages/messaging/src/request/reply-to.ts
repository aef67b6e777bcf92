/** RabbitMQ's direct reply-to: a reply goes to the channel of its request, without a queue. */

/** What a request names as `reply_to`; the broker replaces it with an address of the requesting channel. */
export const directReplyTo = "amq.rabbitmq.reply-to";

/**
 * Whether a delivered request can be answered. Any other address would let its sender choose the queue that this service
 * writes to with its own permissions.
 */
export function isReplyAddress(replyTo: unknown): replyTo is string {
  return typeof replyTo === "string" && replyTo.startsWith(`${directReplyTo}.`);
}
