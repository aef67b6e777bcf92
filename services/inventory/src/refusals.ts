/** Why a command refuses its input; thrown before it changes anything. `http/` maps each to a problem document. */
export abstract class Refusal extends Error {}

export class UnknownProduct extends Refusal {
  override readonly name = "UnknownProduct";
  readonly sku: string;

  constructor(sku: string) {
    super(`There is no product "${sku}".`);
    this.sku = sku;
  }
}

export class ProductExists extends Refusal {
  override readonly name = "ProductExists";

  constructor(sku: string) {
    super(`Product "${sku}" already exists. Change that one, or use another SKU.`);
  }
}

/** A movement would leave less on hand than is reserved, or more than the contract allows. */
export class StockConflict extends Refusal {
  override readonly name = "StockConflict";
  readonly stock: { readonly onHand: number; readonly reserved: number; readonly available: number };

  constructor(message: string, { onHand, reserved }: { readonly onHand: number; readonly reserved: number }) {
    super(message);
    this.stock = { onHand, reserved, available: onHand - reserved };
  }
}
