import type { InventoryOutbox } from "@orders/generated/inventory";
import type { TraceContext } from "@rabbit-contract/messaging";
import type { Database, Transaction } from "@rabbit-contract/postgres";
import { StockConflictError, UnknownProductError } from "../errors.ts";
import { insertMovements, movementNow, type NewMovement, type StockMovement } from "./movements.ts";
import { available, fellToThreshold, lockStock, sendStockLow, writeStock } from "./stock.ts";

/** Most pieces of a product that the contract can speak of. */
export const MOST_ON_HAND = 1_000_000_000;

/** Reasons that people give; `shipment` is left to orders, `opening-balance` to time. */
export type PeoplesReason = Exclude<NewMovement["reason"], "shipment" | "opening-balance">;

export interface MovementToRecord {
  readonly sku: string;
  readonly quantity: number;
  readonly reason: PeoplesReason;
  readonly note?: string;
}

/**
 * Books what came or went by other means than orders.
 * @throws UnknownProductError
 * @throws StockConflictError when less would be left than is reserved, or more than 1,000,000,000
 */
export function recordMovement(
  database: Database,
  outbox: InventoryOutbox<Transaction>,
  movement: MovementToRecord,
  trace: TraceContext = {},
): Promise<StockMovement> {
  const { sku, quantity } = movement;
  return database.transaction(async (tx) => {
    const stock = (await lockStock(tx, [sku])).get(sku);
    if (!stock) throw new UnknownProductError(sku);
    const onHand = stock.onHand + quantity;
    if (onHand < stock.reserved) {
      const { onHand: now, reserved } = stock;
      throw new StockConflictError(
        `${-quantity} pieces of "${sku}" cannot be taken: ${now} are on hand and ${reserved} of them are reserved, ` +
          `so ${now - reserved} at most.`,
        stock,
      );
    }
    if (onHand > MOST_ON_HAND) {
      throw new StockConflictError(
        `${quantity} pieces of "${sku}" cannot be added: ${stock.onHand} are on hand, and ${MOST_ON_HAND} is the most there can be.`,
        stock,
      );
    }
    const before = available(stock);
    stock.onHand = onHand;
    await writeStock(tx, [stock]);
    const recorded = movementNow(movement);
    await insertMovements(tx, [recorded]);
    if (fellToThreshold(stock, before)) sendStockLow(tx, outbox, [{ stock, context: trace }]);
    return recorded;
  });
}
