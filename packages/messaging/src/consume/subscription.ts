import type { MessageDescriptor } from "../message/message.ts";
import type { Problem } from "../message/validation.ts";
import type { Delivery, Handler } from "./delivery.ts";
import type { Outcome } from "./outcome.ts";

/** One message of a queue and what handles it; the payload's type is sealed inside. */
export interface Subscription<Transaction> {
  readonly type: string;
  readonly schemaVersion: number;
  /** The first violation of the contract; fields that it does not name are none. */
  readonly checkPayload: (payload: unknown) => Problem | undefined;
  readonly checkHeaders: (headers: unknown) => Problem | undefined;
  /**
   * Hands deliveries to the handler, which passed both checks before.
   * @throws whatever the handler throws, and Error when it does not answer one outcome a delivery
   */
  readonly handle: (deliveries: readonly Delivery<unknown>[], tx: Transaction) => Promise<readonly Outcome[]>;
}

/** @param handlers one for each of `messages`, under the same key */
export function subscriptionsOf<Transaction>(
  messages: Readonly<Record<string, MessageDescriptor<unknown>>>,
  handlers: Readonly<Record<string, Handler<never, Transaction>>>,
): Subscription<Transaction>[] {
  return Object.entries(messages).map(([key, message]) => {
    const handler = handlers[key];
    if (!handler) throw new Error(`there is no handler "${key}" for ${message.type}`);
    return subscription(message, handler);
  });
}

export function subscription<Transaction>(
  message: MessageDescriptor<unknown>,
  handler: Handler<never, Transaction>,
): Subscription<Transaction> {
  // A delivery of this type was checked against this message's schema when it arrived.
  const isOurs = (delivery: Delivery<unknown>): delivery is Delivery<never> =>
    delivery.type === message.type && delivery.headers["schema-version"] === message.schemaVersion;

  return {
    type: message.type,
    schemaVersion: message.schemaVersion,
    checkPayload: (payload) => message.checkPayload(payload, false),
    checkHeaders: (headers) => message.checkHeaders(headers, false),
    async handle(deliveries, tx) {
      if (!deliveries.every(isOurs)) {
        throw new Error(`the handler of ${message.type} was given a delivery of another message`);
      }
      const outcomes = await handler(deliveries, tx);
      if (outcomes.length !== deliveries.length) {
        throw new Error(
          `the handler of ${message.type} answered ${outcomes.length} outcomes for ${deliveries.length} deliveries; ` +
            "it has to answer one for each, in the same order",
        );
      }
      return outcomes;
    },
  };
}
