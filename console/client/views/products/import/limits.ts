/** What the contract allows in a product. Runs while the page is built. */
import { ProductChanged, Quantity } from "@orders/generated/messages";

export function limits() {
  const { sku, name } = ProductChanged.properties;
  return {
    sku: sku.pattern ?? "",
    nameLength: name.maxLength ?? 0,
    mostPieces: Quantity.maximum ?? 0,
  };
}
