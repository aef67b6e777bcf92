/** Accepts orders: one statement and one commit for all that arrived meanwhile. Settles them when inventory answers. */
import { amqp, consume, database, gathering, type Message, relay, uuidv7 } from "./common.ts";

const model = await amqp();
const [placing, settling] = [await database(), await database()];
const publish = await relay(model, "orders");

const priceRows = (await placing.query("select sku, name, amount::float8 as amount from prices")).rows;
const prices = new Map<string, { name: string; amount: number }>(priceRows.map((row) => [row.sku, row]));

const waiting: { order: object; message: Message; done: () => void }[] = [];
const flush = gathering(async () => {
  const batch = waiting.splice(0, 200);
  if (batch.length === 0) return false;
  await placing.query({
    name: "p",
    text: `with placed as (
             insert into orders (id, customer_id, status, lines, total)
             select id, customer_id, 'pending', lines, total from json_to_recordset($1::json)
               as o (id uuid, customer_id text, lines jsonb, total bigint))
           insert into outbox (id, routing_key, content)
           select id, key, content from json_to_recordset($2::json) as m (id uuid, key text, content text)`,
    values: [JSON.stringify(batch.map((b) => b.order)), JSON.stringify(batch.map((b) => b.message))],
  });
  for (const { done } of batch) done();
  publish(batch.map((b) => b.message));
  return waiting.length > 0;
});

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { customerId, lines: wanted } = await request.json();
    let total = 0;
    const lines = [];
    for (const { sku, quantity } of wanted) {
      const price = prices.get(sku);
      if (!price || !(quantity > 0)) return new Response(null, { status: 422 });
      total += quantity * price.amount;
      lines.push({ sku, name: price.name, quantity, unitPrice: { amount: price.amount, currency: "EUR" } });
    }
    const id = uuidv7();
    const order = { id, customer_id: customerId, lines, total };
    const content = JSON.stringify({ orderId: id, customerId, lines, total });
    await new Promise<void>((done) => {
      waiting.push({ order, message: { id: uuidv7(), key: "order.created", content }, done });
      flush();
    });
    return new Response(
      `{"id":"${id}","status":"pending","lines":${JSON.stringify(lines)},"total":${total}}`,
      {
        status: 202,
        headers: { "content-type": "application/json", location: `/orders/${id}` },
      },
    );
  },
});

await consume(model, "order.stock", async (messages) => {
  const answers = messages.map((message) => ({
    message_id: message.properties.messageId,
    out_id: uuidv7(),
    ...JSON.parse(message.content.toString()),
  }));
  const { rows } = await settling.query({
    name: "s",
    text: `with answer as (
             select * from json_to_recordset($1::json) as a (message_id uuid, out_id uuid, "orderId" uuid, reserved boolean)
           ), fresh as (
             insert into inbox select message_id from answer on conflict do nothing returning message_id
           ), settled as (
             update orders set status = case when a.reserved then 'confirmed' else 'rejected' end, updated_at = now()
             from answer a join fresh using (message_id)
             where orders.id = a."orderId" and orders.status = 'pending'
             returning a.out_id as id, case when a.reserved then 'order.confirmed' else 'order.rejected' end as key,
               json_build_object('orderId', orders.id, 'customerId', customer_id, 'lines', lines, 'total', total)::text as content
           )
           insert into outbox select id, key, content from settled returning id, routing_key as key, content`,
    values: [JSON.stringify(answers)],
  });
  publish(rows);
});
console.log(`listening on ${server.port}`);
