/** Runs a load in a separate process, so that its cost can be measured separately. Takes a LoadJob as its argument. */
import { setTimeout as delay } from "node:timers/promises";
import { HttpConnection } from "./connection.ts";
import type { LoadJob, LoadResult } from "./job.ts";
import { orderBody } from "./orders.ts";

const job: LoadJob = JSON.parse(process.argv[2] ?? "");
const ids: string[] = [];
const due: number[] = [];
const sent: number[] = [];
const answered: number[] = [];
const now = () => performance.timeOrigin + performance.now();

const clients = await Promise.all(
  Array.from({ length: job.clients }, async (_, index) => {
    const url = new URL(job.urls[index % job.urls.length] ?? "");
    const { id = "", token } = job.customers[index % job.customers.length] ?? {};
    const head = [
      `POST ${job.path} HTTP/1.1`,
      `host: ${url.host}`,
      "content-type: application/json",
      ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
      "content-length: ",
    ].join("\r\n");
    const connection = await HttpConnection.open(url);
    return { connection, head, customerId: id };
  }),
);
type Client = (typeof clients)[number];

async function place({ connection, head, customerId }: Client, number: number, dueAt: number): Promise<void> {
  const body = orderBody(job.first + number, customerId, job);
  const sentAt = now();
  const { status, body: answer } = await connection.send(`${head}${body.length}\r\n\r\n${body}`);
  if (status !== 202) throw new Error(`an order was answered ${status} ${answer}`);
  // Only the id is needed, which comes first: parsing the whole response would cost more than sending the request.
  ids.push(answer.slice(7, 43));
  due.push(dueAt);
  sent.push(sentAt);
  answered.push(now());
}

async function saturating(): Promise<void> {
  let next = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (next < job.orders) await place(client, next++, now());
    }),
  );
}

async function closed(rate: number): Promise<void> {
  const period = (1000 * job.clients) / rate;
  const start = now();
  await Promise.all(
    clients.map(async (client, index) => {
      let at = start + (period * index) / job.clients;
      for (let number = index; number < job.orders; number += job.clients) {
        const wait = at - now();
        if (wait > 0) await delay(wait);
        await place(client, number, now());
        at = Math.max(at + period, now());
      }
    }),
  );
}

async function open(rate: number): Promise<void> {
  /** The longest idle first: the server closes a connection that is idle for long. */
  const free = [...clients];
  const queue: { number: number; dueAt: number }[] = [];
  const under: Promise<void>[] = [];
  const work = async (client: Client, first: { number: number; dueAt: number }) => {
    for (let order: typeof first | undefined = first; order; order = queue.shift())
      await place(client, order.number, order.dueAt);
    free.push(client);
  };
  let dueAt = now();
  for (let number = 0; number < job.orders; number++) {
    // A Poisson process: the times between two arrivals are exponentially distributed.
    dueAt += (-Math.log(1 - Math.random()) * 1000) / rate;
    const wait = dueAt - now();
    if (wait > 0) await delay(wait);
    const client = free.shift();
    if (client) under.push(work(client, { number, dueAt }));
    else queue.push({ number, dueAt });
  }
  await Promise.all(under);
}

if (job.mode === "saturating") await saturating();
else if (job.rate === undefined) throw new Error(`a load that is ${job.mode} needs a rate`);
else await (job.mode === "closed" ? closed(job.rate) : open(job.rate));
for (const { connection } of clients) connection.close();
const { user, system } = process.cpuUsage();
const result: LoadResult = { ids, due, sent, answered, cpu: (user + system) / 1e6 };
await Bun.write(Bun.stdout, JSON.stringify(result));
process.exit(0);
