import type { ProductChanged } from "@orders/generated/messages";
import { allDone, type Delivery, type Outcome } from "@rabbit-contract/messaging";
import type { Transaction } from "@rabbit-contract/postgres";
import { updateProducts } from "../commands/update-products.ts";

/** Each message carries the whole product, so only the highest version counts, whenever it arrives. */
export async function productChanged(
  context: { readonly tx: Transaction },
  deliveries: readonly Delivery<ProductChanged>[],
): Promise<Outcome[]> {
  await updateProducts(
    context,
    deliveries.map(({ payload: { sku, version, name, unitPrice } }) => ({ sku, version, name, unitPrice })),
  );
  return allDone(deliveries);
}
