import { plenty } from "../products.ts";
import type { Scenario } from "../scenario.ts";

/** Orders expire while inventory is down. When it returns, it answers too late and receives their expiry. */
export const expired = withReplicas("expired", 2);
export const expiredByFive = withReplicas("expired-5", 5);

function withReplicas(name: string, count: number): Scenario {
  const numbers = Array.from({ length: count }, (_, index) => index);
  return {
    name,
    fault: `inventory SIGKILLed, down until orders expire${count > 2 ? `; ${count} replicas` : ""}`,
    orders: 2_000,
    system: { replicas: count, env: { ORDER_DEADLINE_SECONDS: "5" } },
    // Expiry releases stock, so no product may run low: the ledger expects one crossing of each threshold.
    products: (orders) => Array.from({ length: 10 }, (_, index) => plenty(`SKU-${index}`, orders)),
    async run(stage) {
      stage.expected = { mayExpire: true };
      await stage.underLoad({ clients: 40, rate: 100, after: 1 / 4 }, async () => {
        for (const replica of numbers) await stage.system.kill("inventory", replica);
        const enough = Math.ceil(stage.orders / 10);
        await stage.until(async () => (await expiredOrders()) >= enough, `${enough} orders to expire`);
        stage.damageEnded();
        for (const replica of numbers) await stage.system.startService("inventory", replica);
        await stage.recovered();
      });
      stage.note(`${await expiredOrders()} orders expired`);

      async function expiredOrders(): Promise<number> {
        return (await stage.system.sql("order", "select from orders where status = 'expired'")).length;
      }
    },
  };
}
