/**
 * POST /orders with bare Elysia and pg. It runs the service's SQL on the service's tables, in groups of the same size,
 * two at once. It omits tokens, rate limits, validation, HTTP conventions, idempotency keys, metrics and traces.
 * Neither side publishes anything.
 */
import { Elysia } from "elysia";
import pg from "pg";
import { grouping } from "./grouping.ts";

interface Order {
  readonly id: string;
  readonly customerId: string;
  readonly lines: readonly { readonly sku: string; readonly quantity: number }[];
  readonly total: number;
}

// An exit writes a CPU profile, if one is asked for; a signal without a handler does not.
process.once("SIGTERM", () => process.exit(0));

const connected = async () => {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL ?? "" });
  await client.connect();
  return client;
};

interface Waiting extends Pick<Order, "customerId" | "lines"> {
  readonly done: (order: object) => void;
}

const place = grouping<pg.Client, Waiting>([await connected(), await connected()], async (client, batch) => {
  await client.query("begin");
  const skus = [...new Set(batch.flatMap(({ lines }) => lines.map(({ sku }) => sku)))];
  const { rows } = await client.query({
    name: "products",
    text: `select sku, name, unit_price_amount as amount, currency
           from unnest($1::text[]) as wanted (sku) join products using (sku)`,
    values: [skus],
  });
  const products = new Map(rows.map((row) => [row.sku, row]));
  const orders = batch.map(({ customerId, lines }) => {
    let amount = 0;
    const priced = lines.map(({ sku, quantity }) => {
      const { name, amount: each, currency } = products.get(sku);
      amount += quantity * each;
      return { sku, name, quantity, unitPrice: { amount: Number(each), currency } };
    });
    return { id: Bun.randomUUIDv7(), customerId, lines: priced, amount, currency: "EUR" };
  });
  const placed = await client.query({
    name: "orders",
    text: `insert into orders
             (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
           select id, "customerId", 'pending', lines, amount, currency, clock.now + 900 * interval '1 second',
                  clock.now, clock.now, jsonb_build_array(jsonb_build_object('status', 'pending', 'at',
                  to_char(clock.now at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'cause', 'placed'))
           from json_to_recordset($1::json) as placed
             (id uuid, "customerId" text, lines jsonb, amount bigint, currency text),
             (select date_trunc('milliseconds', now()) as now) as clock
           returning to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at`,
    values: [JSON.stringify(orders)],
  });
  const createdAt = placed.rows[0].at;
  const answers = orders.map(({ id, customerId, lines, amount, currency }) => ({
    id,
    customerId,
    status: "pending",
    lines,
    total: { amount, currency },
    createdAt,
    updatedAt: createdAt,
    history: [{ status: "pending", at: createdAt, cause: "placed" }],
  }));
  const messages = answers.map(({ id, customerId, lines, total }) => ({
    id: Bun.randomUUIDv7(),
    type: "order.created",
    service: "order",
    exchange: "orders",
    routingKey: "order.created",
    correlationId: id,
    timestamp: Math.floor(Date.now() / 1000),
    headers: { "schema-version": 1 },
    content: JSON.stringify({ orderId: id, customerId, lines, total, createdAt }),
  }));
  await client.query({
    name: "outbox",
    text: `insert into outbox
             (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content, leased_until)
           select id, type, exchange, "routingKey", service, "correlationId", to_timestamp("timestamp"), headers,
                  content, now() + $2 * interval '1 millisecond'
           from json_to_recordset($1::json) as message
             (id uuid, type text, exchange text, "routingKey" text, service text, "correlationId" text,
              "timestamp" bigint, headers jsonb, content text)`,
    values: [JSON.stringify(messages), 0],
  });
  await client.query("commit");
  for (const [index, { done }] of batch.entries()) done(answers[index] ?? {});
});

const app = new Elysia().post("/orders", async ({ body, set }) => {
  const { customerId, lines } = body as Pick<Order, "customerId" | "lines">;
  const order = await new Promise<object>((done) => {
    place({ customerId, lines, done });
  });
  set.status = 202;
  return order;
});
app.listen({ port: 0, hostname: "127.0.0.1" });
console.log(`listening on ${app.server?.port}`);
