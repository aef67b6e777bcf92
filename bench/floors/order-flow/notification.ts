/** Stores notifications with the system's texts: one statement per batch. */
import { amqp, consume, database } from "./common.ts";

interface Line {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPrice: { readonly amount: number };
}

const model = await amqp();
const client = await database();

const money = (amount: number) => `${(amount / 100).toFixed(2)} EUR`;

function confirmation(orderId: string, lines: readonly Line[], total: number) {
  const others = lines.length - 1;
  const more = others === 0 ? "" : ` and ${others} other product${others === 1 ? "" : "s"}`;
  const priced = lines.map(
    ({ sku, name, quantity, unitPrice }) =>
      `  ${quantity} × ${name} (${sku}) at ${money(unitPrice.amount)}${quantity > 1 ? " each" : ""}`,
  );
  return {
    kind: "order-confirmed",
    subject: `Your order of ${lines[0]?.name}${more} is confirmed`,
    body: `Thank you for your order. Everything in it is in stock and reserved for you:\n\n${priced.join("\n")}\n\nTotal: ${money(total)}\n\nOrder: ${orderId}`,
  };
}

await consume(model, "notification.orders", async (messages) => {
  const notes = messages.map((message) => {
    const { orderId, customerId, lines, total } = JSON.parse(message.content.toString());
    const text =
      message.fields.routingKey === "order.confirmed"
        ? confirmation(orderId, lines, total.amount)
        : { kind: "order-rejected", subject: "We cannot fulfil your order", body: `Order: ${orderId}` };
    return {
      message_id: message.properties.messageId,
      id: Bun.randomUUIDv7(),
      order_id: orderId,
      customer_id: customerId,
      ...text,
    };
  });
  await client.query({
    name: "n",
    text: `with note as (
             select * from json_to_recordset($1::json)
               as n (message_id uuid, id uuid, order_id uuid, customer_id text, kind text, subject text, body text)
           ), fresh as (
             insert into inbox (queue, message_id) select 'notification.orders', message_id from note
             on conflict do nothing returning message_id
           )
           insert into notifications (id, order_id, customer_id, kind, subject, body)
           select id, order_id, customer_id, kind, subject, body from note join fresh using (message_id)
           on conflict do nothing`,
    values: [JSON.stringify(notes)],
  });
});
console.log("listening on 0");
