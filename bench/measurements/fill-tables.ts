import { skuPrefix } from "../load/orders.ts";
import type { System } from "../system.ts";

/** Rows per statement. */
const step = 50_000;

/** Fills the tables as if this many orders had been settled and notified in the hours before. */
export async function fillTables(
  { databases }: System,
  orders: number,
  progress: (line: string) => void,
): Promise<void> {
  for (let done = 0; done < orders; done += step) {
    if (done % (10 * step) === 0) progress(`filling the tables: ${done} of ${orders} orders`);
    const values = [done, Math.min(done + step, orders) - 1, orders];
    await ask("order", orderRows, values);
    await ask("order", inboxRows, [...values, "order.stock"]);
    await ask("inventory", reservationRows, values);
    await ask("inventory", inboxRows, [...values, "inventory.orders"]);
    await ask("notification", notificationRows, values);
    await ask("notification", inboxRows, [...values, "notification.orders"]);
  }
  for (const pool of Object.values(databases)) await pool.query("vacuum analyze");

  async function ask(service: "inventory" | "order" | "notification", text: string, values: unknown[]) {
    await databases[service].query(text, values);
  }
}

/** The UUIDv7 of row n: rows are ten milliseconds apart, and the last one is now. */
const id = (salt: string) => `(
  lpad(to_hex((extract(epoch from now()) * 1000)::bigint - ($3 - n) * 10), 12, '0') || '7000' || '8' ||
  substr(md5(n::text || '${salt}'), 1, 15))::uuid`;
const numbers = "generate_series($1::bigint, $2::bigint) as n";
const sku = `'${skuPrefix}' || n % 10000`;
const at = "now() - ($3 - n) * interval '10 ms'";

const orderRows = `
  insert into orders (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
  select ${id("order")}, 'c-' || n % 1000, 'confirmed',
    jsonb_build_array(jsonb_build_object('sku', ${sku}, 'name', 'Product ' || ${sku}, 'quantity', 2,
      'unitPrice', jsonb_build_object('amount', 1250, 'currency', 'EUR'))),
    2500, 'EUR', ${at} + interval '15 min', ${at}, ${at},
    '[{"at": "2026-01-31T12:00:00.000Z", "cause": "placed", "status": "pending"},
      {"at": "2026-01-31T12:00:00.010Z", "cause": "stock.reserved", "status": "confirmed"}]'
  from ${numbers}`;

const reservationRows = `
  insert into reservations (order_id, status, lines)
  select ${id("order")}, 'reserved', jsonb_build_array(jsonb_build_object('sku', ${sku}, 'quantity', 2))
  from ${numbers}`;

const notificationRows = `
  insert into notifications (id, customer_id, order_id, kind, subject, body)
  select ${id("notification")}, 'c-' || n % 1000, ${id("order")}, 'order-confirmed',
    'Your order of Product ' || ${sku} || ' is confirmed',
    'Thank you for your order. Everything in it is in stock and reserved for you: 2 × Product ' || ${sku}
  from ${numbers}`;

const inboxRows = `insert into inbox (queue, message_id) select $4, ${id("message")} from ${numbers}`;
