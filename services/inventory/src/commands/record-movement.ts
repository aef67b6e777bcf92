import { insertMovements, type NewMovement, type StockMovement } from "../movements.ts";
import { StockConflict, UnknownProduct } from "../refusals.ts";
import { available, fellToThreshold, lockStock, sendStockLow, writeStock } from "../stock.ts";
import type { Caused, CommandContext } from "./context.ts";

/** The largest quantity that the contract allows. */
const mostOnHand = 1_000_000_000;

export interface MovementToRecord extends Caused {
  readonly sku: string;
  readonly quantity: number;
  /** Only the system records `shipment` and `opening-balance`. */
  readonly reason: Exclude<NewMovement["reason"], "shipment" | "opening-balance">;
  readonly note?: string;
}

/**
 * Records stock that was received or removed other than by orders.
 * @throws UnknownProduct
 * @throws StockConflict if less would remain than is reserved, or more than 1,000,000,000
 */
export async function recordMovement(
  context: CommandContext,
  { cause, ...movement }: MovementToRecord,
): Promise<StockMovement> {
  const { tx } = context;
  const { sku, quantity } = movement;
  const stock = (await lockStock(tx, [sku])).get(sku);
  if (!stock) throw new UnknownProduct(sku);
  const onHand = stock.onHand + quantity;
  if (onHand < stock.reserved) {
    const { onHand: now, reserved } = stock;
    throw new StockConflict(
      `${-quantity} pieces of "${sku}" cannot be removed: ${now} are on hand and ${reserved} of them are reserved, ` +
        `so the maximum is ${now - reserved}.`,
      stock,
    );
  }
  if (onHand > mostOnHand) {
    throw new StockConflict(
      `${quantity} pieces of "${sku}" cannot be added: ${stock.onHand} are on hand, and the maximum is ${mostOnHand}.`,
      stock,
    );
  }
  const before = available(stock);
  stock.onHand = onHand;
  writeStock(tx, [stock]);
  const [recorded] = await insertMovements(tx, [movement]);
  if (!recorded) throw new Error("the movement was not inserted");
  if (fellToThreshold(stock, before)) sendStockLow(context, [{ stock, cause }]);
  return recorded;
}
