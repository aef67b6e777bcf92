/** Stores notifications: one statement per batch. */
import { amqp, consume, database, uuidv7 } from "./common.ts";

const model = await amqp();
const client = await database();

await consume(model, "notification.orders", async (messages) => {
  const notes = messages.map((message) => {
    const { orderId, customerId, lines, total } = JSON.parse(message.content.toString());
    const confirmed = message.fields.routingKey === "order.confirmed";
    const list = lines.map((line: { quantity: number; name: string }) => `  ${line.quantity} × ${line.name}`);
    return {
      message_id: message.properties.messageId,
      id: uuidv7(),
      order_id: orderId,
      customer_id: customerId,
      subject: confirmed ? "Your order is confirmed" : "We cannot fulfil your order",
      body: `${list.join("\n")}\n\nTotal: ${(total / 100).toFixed(2)} EUR\n\nOrder: ${orderId}`,
    };
  });
  await client.query({
    name: "n",
    text: `with note as (
             select * from json_to_recordset($1::json)
               as n (message_id uuid, id uuid, order_id uuid, customer_id text, subject text, body text)
           ), fresh as (
             insert into inbox select message_id from note on conflict do nothing returning message_id
           )
           insert into notifications (id, order_id, customer_id, subject, body)
           select id, order_id, customer_id, subject, body from note join fresh using (message_id)
           on conflict do nothing`,
    values: [JSON.stringify(notes)],
  });
});
console.log("listening on 0");
