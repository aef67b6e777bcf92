import type { OrderOutbox } from "@orders/generated/order";
import type { MessageContext } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";

/** A command's environment, besides its input. The caller opens and commits the transaction. */
export interface CommandContext {
  readonly tx: Transaction;
  readonly outbox: OrderOutbox<Transaction>;
}

/** The trace of the request or message that caused the command. */
export interface Caused {
  readonly cause?: MessageContext;
}
