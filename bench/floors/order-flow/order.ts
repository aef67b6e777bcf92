/**
 * Accepts orders, with one statement and one commit for all that have arrived meanwhile. Settles them when inventory
 * answers.
 */
import { grouping } from "../grouping.ts";
import { amqp, consume, database, insertMessages, type Message, messageColumns, relay } from "./common.ts";

const model = await amqp();
const [placing, alsoPlacing, settling] = [await database(), await database(), await database()];
const publish = await relay(model, "order", "orders");

const priceRows = (await placing.query("select sku, name, unit_price_amount::float8 as amount from products"))
  .rows;
const prices = new Map<string, { name: string; amount: number }>(priceRows.map((row) => [row.sku, row]));

const statement = `
  with placed as (
    insert into orders (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
    select id, "customerId", 'pending', lines, (total ->> 'amount')::bigint, total ->> 'currency',
           "createdAt" + interval '15 minutes', "createdAt", "createdAt", history
    from json_to_recordset($1::json)
      as o (id uuid, "customerId" text, lines jsonb, total jsonb, "createdAt" timestamptz, history jsonb)
  ), message as (select * from json_to_recordset($2::json) as m ${messageColumns})
  ${insertMessages("order", "orders", "message")}`;

const place = grouping<typeof placing, { order: object; message: Message; done: () => void }>(
  [placing, alsoPlacing],
  async (client, batch) => {
    const messages = batch.map(({ message }) => message);
    const orders = JSON.stringify(batch.map(({ order }) => order));
    await client.query({ name: "p", text: statement, values: [orders, JSON.stringify(messages)] });
    for (const { done } of batch) done();
    publish(messages);
  },
);

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { customerId, lines: wanted } = await request.json();
    let amount = 0;
    const lines = [];
    for (const { sku, quantity } of wanted) {
      const price = prices.get(sku);
      if (!price || !(quantity > 0)) return new Response(null, { status: 422 });
      amount += quantity * price.amount;
      lines.push({ sku, name: price.name, quantity, unitPrice: { amount: price.amount, currency: "EUR" } });
    }
    const id = Bun.randomUUIDv7();
    const total = { amount, currency: "EUR" };
    const createdAt = new Date().toISOString();
    const history = [{ status: "pending", at: createdAt, cause: "placed" }];
    const order = {
      id,
      customerId,
      status: "pending",
      lines,
      total,
      createdAt,
      updatedAt: createdAt,
      history,
    };
    const content = JSON.stringify({ orderId: id, customerId, lines, total, createdAt });
    await new Promise<void>((done) => {
      place({ order, message: { id: Bun.randomUUIDv7(), key: "order.created", orderId: id, content }, done });
    });
    return new Response(JSON.stringify(order), {
      status: 202,
      headers: { "content-type": "application/json", location: `/orders/${id}` },
    });
  },
});

await consume(model, "order.stock", async (messages) => {
  const answers = messages.map((message) => {
    const { orderId, shortages } = JSON.parse(message.content.toString());
    return { message_id: message.properties.messageId, out_id: Bun.randomUUIDv7(), orderId, shortages };
  });
  const { rows } = await settling.query({
    name: "s",
    text: `with answer as (
             select *, case when shortages is null then 'confirmed' else 'rejected' end as status
             from json_to_recordset($1::json) as a (message_id uuid, out_id uuid, "orderId" uuid, shortages jsonb)
           ), fresh as (
             insert into inbox (queue, message_id) select 'order.stock', message_id from answer
             on conflict do nothing returning message_id
           ), settled as (
             update orders set
               status = a.status, updated_at = $2::timestamptz,
               reason = case when shortages is not null
                 then jsonb_build_object('code', 'insufficient-stock', 'shortages', shortages) end,
               history = history || jsonb_build_object('status', a.status, 'at', $2::text, 'cause',
                 case when shortages is null then 'stock.reserved' else 'stock.rejected' end)
             from answer a join fresh using (message_id)
             where orders.id = a."orderId" and orders.status = 'pending'
             returning a.out_id as id, 'order.' || a.status as key, orders.id::text as "orderId", message_id::text as cause,
               case when shortages is null
                 then json_build_object('orderId', orders.id, 'customerId', customer_id, 'lines', lines, 'total',
                   json_build_object('amount', total_amount, 'currency', currency), 'confirmedAt', $2::text)
                 else json_build_object('orderId', orders.id, 'customerId', customer_id, 'shortages', shortages,
                   'rejectedAt', $2::text) end::text as content
           ), kept as (${insertMessages("order", "orders", "settled")})
           select * from settled`,
    values: [JSON.stringify(answers), new Date().toISOString()],
  });
  publish(rows);
});
console.log(`listening on ${server.port}`);
