/** Why a use case refuses. `http.ts` says how each looks over HTTP. */

export class UnknownProductError extends Error {
  override readonly name = "UnknownProductError";
  readonly sku: string;

  constructor(sku: string) {
    super(`There is no product "${sku}".`);
    this.sku = sku;
  }
}

export class ProductExistsError extends Error {
  override readonly name = "ProductExistsError";

  constructor(sku: string) {
    super(`There is a product "${sku}" already; change it with PATCH /products/${sku}.`);
  }
}

/** A movement would leave less on hand than is reserved, or more than there can be. */
export class StockConflictError extends Error {
  override readonly name = "StockConflictError";
  readonly stock: { readonly onHand: number; readonly reserved: number; readonly available: number };

  constructor(message: string, stock: { readonly onHand: number; readonly reserved: number }) {
    super(message);
    this.stock = { onHand: stock.onHand, reserved: stock.reserved, available: stock.onHand - stock.reserved };
  }
}

export class UnknownReservationError extends Error {
  override readonly name = "UnknownReservationError";
  readonly orderId: string;

  constructor(orderId: string) {
    super(`There is no reservation for the order "${orderId}".`);
    this.orderId = orderId;
  }
}
