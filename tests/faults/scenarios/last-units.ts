import { bodyOf } from "@orders/stack/rest";
import { rest } from "../rest.ts";
import type { Scenario } from "../scenario.ts";

const units = 100;

export const lastUnits: Scenario = {
  name: "last-units",
  fault: `none; orders for ${units} units, all at once`,
  orders: 1_000,
  products: () => [{ sku: "LAST", onHand: units, lowStockThreshold: 10 }],
  async run(stage) {
    const load = stage.load({
      clients: stage.orders,
      cancels: 0,
      ships: 0,
      lines: () => [{ sku: "LAST", quantity: 1 }],
    });
    let samples = 0;
    const everySettled = stage.settled(stage.orders).then(() => true);
    while (!(await Promise.race([everySettled, sample()])));
    stage.note(`checked the stock ${samples} times meanwhile`);
    await load.done;

    const confirmed = await stage.system.sql("order", "select from orders where status = 'confirmed'");
    if (confirmed.length !== units)
      stage.problems.push(`${confirmed.length} orders are confirmed for ${units} units`);

    async function sample(): Promise<false> {
      const { stock } = await bodyOf(rest(stage.system).inventory.products({ sku: "LAST" }).get());
      samples++;
      if (stock.onHand !== units || stock.available < 0 || stock.reserved > units)
        stage.problems.push(`the stock was ${JSON.stringify(stock)}`);
      return false;
    }
  },
};
