/** Reserves stock, all lines of an order or none: locks rows, decides in memory, writes everything with one statement. */
import { amqp, consume, database, relay, uuidv7 } from "./common.ts";

interface Order {
  readonly orderId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
}

const model = await amqp();
const client = await database();
const publish = await relay(model, "inventory");

await consume(model, "inventory.orders", async (messages) => {
  const ids = messages.map((message) => message.properties.messageId);
  const orders: Order[] = messages.map((message) => JSON.parse(message.content.toString()));
  const skus = [...new Set(orders.flatMap((order) => order.lines.map((line) => line.sku)))];
  await client.query("begin");
  const fresh = await client.query({
    name: "i",
    text: "insert into inbox select unnest($1::uuid[]) on conflict do nothing returning message_id",
    values: [ids],
  });
  const isFresh = new Set(fresh.rows.map((row) => row.message_id));
  const locked = await client.query({
    name: "l",
    text: "select sku, on_hand, reserved from stock where sku = any($1::text[]) order by sku for update",
    values: [skus],
  });
  const stock = new Map<string, { on_hand: number; reserved: number }>(
    locked.rows.map((row) => [row.sku, row]),
  );
  const answers = [];
  for (const [index, { orderId, lines }] of orders.entries()) {
    if (!isFresh.has(ids[index])) continue;
    const reserved = lines.every(({ sku, quantity }) => {
      const row = stock.get(sku);
      return row !== undefined && row.on_hand - row.reserved >= quantity;
    });
    if (reserved)
      for (const { sku, quantity } of lines) {
        const row = stock.get(sku);
        if (row) row.reserved += quantity;
      }
    const content = JSON.stringify({ orderId, reserved });
    answers.push({
      id: uuidv7(),
      key: reserved ? "stock.reserved" : "stock.rejected",
      content,
      orderId,
      reserved,
      lines,
    });
  }
  await client.query({
    name: "w",
    text: `with stocked as (
             update stock set reserved = s.reserved from unnest($1::text[], $2::int[]) as s (sku, reserved)
             where stock.sku = s.sku
           ), answer as materialized (
             select * from json_to_recordset($3::json)
               as a (id uuid, key text, content text, "orderId" uuid, reserved boolean, lines jsonb)
           ), kept as (
             insert into reservations select "orderId", reserved, lines from answer
           )
           insert into outbox select id, key, content from answer`,
    values: [[...stock.keys()], [...stock.values()].map((row) => row.reserved), JSON.stringify(answers)],
  });
  await client.query("commit");
  publish(answers);
});
console.log("listening on 0");
