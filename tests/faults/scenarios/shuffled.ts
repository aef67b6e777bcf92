import { bodyOf } from "@orders/stack/rest";
import type { Load } from "../load.ts";
import { type Product, plenty } from "../products.ts";
import { readRecords } from "../records.ts";
import { rest } from "../rest.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { Shuffler } from "../shuffler.ts";

/** Plentiful products: the outcome of an order for these does not depend on earlier orders. */
function products(prefix: string, orders: number): Product[] {
  return Array.from({ length: 9 }, (_, index) => {
    const sku = `${prefix}-${index}`;
    if (index === 0) return { sku, onHand: 0 };
    if (index > 4) return plenty(sku, orders);
    return { sku, onHand: 100 * orders, lowStockThreshold: 100 * orders - 20 };
  });
}

/** The same orders twice, once in order and once shuffled: both must end in the same state. */
export const shuffled: Scenario = {
  name: "shuffled",
  fault: "every message delivered 1 to 5 times, shuffled",
  orders: 2_000,
  system: { apart: true },
  products: (orders) => [...products("PLAIN", orders), ...products("SHUFFLED", orders)],
  connect: Shuffler.start,
  async run(stage) {
    const { shuffler } = stage;
    if (!shuffler) throw new Error("the scenario has no shuffler between the services");
    const orders = Math.floor(stage.orders / 2);
    const states: string[] = [];
    for (const prefix of ["PLAIN", "SHUFFLED"]) {
      shuffler.shuffling = prefix === "SHUFFLED";
      const load = stage.load({
        orders,
        products: stage.products.filter(({ sku }) => sku.startsWith(prefix)),
        ships: 0,
        clients: 20,
        keys: prefix,
      });
      await load.done;
      await stage.settled(stage.loads.reduce((sum, one) => sum + one.accepted.length, 0));
      await shipSome(stage, load);
      await stage.quiet();
      states.push((await stateOf(stage, load, prefix)).replaceAll(prefix, ""));
    }
    if (states[0] !== states[1]) stage.problems.push("the final states with and without shuffling differ");
    stage.note(`${shuffler.taken} messages became ${shuffler.delivered} deliveries`);
  },
};

async function shipSome({ system }: Stage, load: Load): Promise<void> {
  const { orders } = rest(system).order;
  for (const { id, number } of load.accepted) {
    if (number % 7 !== 0) continue;
    const calls = orders({ orderId: id });
    const { status } = await bodyOf(calls.get());
    if (status === "confirmed") await bodyOf(calls.ship.post());
  }
}

/** Everything that clients can see of these orders and products, except what always differs, such as ids. */
async function stateOf({ system }: Stage, load: Load, prefix: string): Promise<string> {
  const records = await readRecords(system);
  const orders = load.accepted
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, id, lines }) => ({
      number,
      lines,
      status: records.orders.get(id)?.status,
      reservation: records.reservations.get(id)?.status,
      // A cancelled order may have been confirmed before or not.
      notifications: (records.notifications.get(id) ?? [])
        .filter((kind) => kind !== "order-confirmed")
        .sort(),
    }));
  const stock = records.products
    .filter(({ sku }) => sku.startsWith(prefix))
    .map((product) => ({ ...product, low: records.lowStock.get(product.sku) }));
  return JSON.stringify({ orders, stock });
}
