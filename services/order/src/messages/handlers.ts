import type { OrderOutbox, OrderProductsHandlers, OrderStockHandlers } from "@orders/generated/order";
import type { Transaction } from "@rabbit-contract/postgres";
import { productChanged } from "./product-changed.ts";
import { stockRejected } from "./stock-rejected.ts";
import { stockReserved } from "./stock-reserved.ts";

export function stockHandlers(outbox: OrderOutbox<Transaction>): OrderStockHandlers<Transaction> {
  return {
    stockReserved: (deliveries, tx) => stockReserved({ tx, outbox }, deliveries),
    stockRejected: (deliveries, tx) => stockRejected({ tx, outbox }, deliveries),
  };
}

export const productHandlers: OrderProductsHandlers<Transaction> = {
  productChanged: (deliveries, tx) => productChanged({ tx }, deliveries),
};
