/** Reserves all lines of an order or none: locks rows, decides in memory, and writes everything with one statement. */
import { amqp, consume, database, insertMessages, relay } from "./common.ts";

interface Order {
  readonly orderId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

const model = await amqp();
const client = await database();
const publish = await relay(model, "inventory", "inventory");

await consume(model, "inventory.orders", async (messages) => {
  const ids = messages.map((message) => message.properties.messageId);
  const orders: Order[] = messages.map((message) => JSON.parse(message.content.toString()));
  const skus = [...new Set(orders.flatMap((order) => order.lines.map((line) => line.sku)))];
  await client.query("begin");
  const fresh = await client.query({
    name: "i",
    text: `insert into inbox (queue, message_id) select 'inventory.orders', unnest($1::uuid[])
           on conflict do nothing returning message_id`,
    values: [ids],
  });
  const isFresh = new Set(fresh.rows.map((row) => row.message_id));
  const locked = await client.query({
    name: "l",
    text: "select sku, on_hand, reserved from products where sku = any($1::text[]) order by sku for update",
    values: [skus],
  });
  const stock = new Map<string, { on_hand: number; reserved: number }>(
    locked.rows.map((row) => [row.sku, row]),
  );
  const answers = [];
  const at = new Date().toISOString();
  for (const [index, { orderId, lines }] of orders.entries()) {
    if (!isFresh.has(ids[index])) continue;
    const free = (sku: string) => {
      const row = stock.get(sku);
      return row ? row.on_hand - row.reserved : 0;
    };
    const shortages = lines
      .filter(({ sku, quantity }) => free(sku) < quantity)
      .map(({ sku, quantity }) => ({ sku, requested: quantity, available: free(sku) }));
    const reserved = shortages.length === 0;
    if (reserved)
      for (const { sku, quantity } of lines) {
        const row = stock.get(sku);
        if (row) row.reserved += quantity;
      }
    answers.push({
      id: Bun.randomUUIDv7(),
      key: reserved ? "stock.reserved" : "stock.rejected",
      orderId,
      cause: ids[index],
      content: JSON.stringify(
        reserved ? { orderId, reservedAt: at } : { orderId, shortages, rejectedAt: at },
      ),
      status: reserved ? "reserved" : "rejected",
      lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
      shortages: reserved ? undefined : shortages,
    });
  }
  await client.query({
    name: "w",
    text: `with stocked as (
             update products set reserved = s.reserved from unnest($1::text[], $2::int[]) as s (sku, reserved)
             where products.sku = s.sku
           ), answer as materialized (
             select * from json_to_recordset($3::json)
               as a (id uuid, key text, "orderId" text, cause text, content text, status text, lines jsonb, shortages jsonb)
           ), kept as (
             insert into reservations (order_id, status, lines, shortages)
             select "orderId"::uuid, status, lines, shortages from answer
           )
           ${insertMessages("inventory", "inventory", "answer")}`,
    values: [[...stock.keys()], [...stock.values()].map((row) => row.reserved), JSON.stringify(answers)],
  });
  await client.query("commit");
  publish(answers);
});
console.log("listening on 0");
