import type { OrderOutbox } from "@orders/generated/order";
import type { MessageContext } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";

/** What a command works with, beside its input. Its caller opens the transaction, and commits it. */
export interface CommandContext {
  readonly tx: Transaction;
  readonly outbox: OrderOutbox<Transaction>;
}

/** The trace of the request, or the message, that a command's input comes from. */
export interface Caused {
  readonly cause?: MessageContext;
}
