/** (3) The consumer, with everything but a database behind it, next to bare amqplib that reads nothing. */
import { consumeOrders, topology } from "#generated/inventory.ts";
import { allDone, connectBroker, type Inbox } from "#messaging";
import { consumeBare } from "../floors/consumer.ts";
import { openBarePublisher } from "../floors/publisher.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { inTurns, ratios, summary } from "../statistics.ts";
import { provision } from "../system.ts";
import { adminUrl, bare, costOf, ordersCreated, quiet } from "./messages.ts";

const rounds = 5;
const count = 20_000;
const queue = "inventory.orders";
/** That of the queue in the contract. */
const prefetch = 400;

export const consumer: Measurement = {
  name: "consumer",
  title: "(3) Consumer: next to bare consume and ack",
  quick: true,
  async run({ servers, progress, uniqueName }): Promise<Findings> {
    const name = uniqueName();
    const environments = await provision({ servers, name });
    const admin = adminUrl(servers.admin.AMQP_URL, name);
    const filler = await openBarePublisher(admin, 1_000);
    const messages = ordersCreated(count).map(bare);
    const filled = async (work: () => Promise<void>) => {
      await filler.publishAll(messages);
      return costOf(count, work);
    };
    try {
      const sides = {
        bare: () => filled(() => consumeBare(admin, queue, prefetch, count)),
        ours: () => filled(() => consume(environments.inventory.INVENTORY_AMQP_URL ?? "")),
      };
      await inTurns(1, sides, () => {});
      const costs = await inTurns(rounds, sides, progress);
      const rates = (side: keyof typeof costs) => costs[side].map(({ rate }) => rate);
      const cpu = (side: keyof typeof costs) => costs[side].map((cost) => cost.cpu);
      return {
        rows: [
          {
            what: "consumer ÷ bare consume and ack",
            value: ratios(rates("ours"), rates("bare")),
            target: { atLeast: 0.9 },
          },
          { what: "consumer: messages", unit: "/s", value: summary(rates("ours")) },
          { what: "consumer: client CPU", unit: "µs", value: summary(cpu("ours")) },
          { what: "bare consumer: client CPU", unit: "µs", value: summary(cpu("bare")) },
        ],
        details: costs,
      };
    } finally {
      await filler.close();
    }
  },
};

/** Decodes and validates each message, and hands it to a handler that does nothing. */
async function consume(url: string): Promise<void> {
  const broker = await connectBroker({ url, topology, log: quiet });
  let seen = 0;
  await new Promise<void>((resolve) => {
    const handle = async (deliveries: readonly unknown[]) => {
      seen += deliveries.length;
      if (seen === count) setImmediate(resolve);
      return allDone(deliveries);
    };
    const handlers = {
      orderCreated: handle,
      orderCancelled: handle,
      orderExpired: handle,
      orderShipped: handle,
    };
    consumeOrders(broker, noDatabase, handlers);
  });
  await broker.close();
}

const noDatabase: Inbox<null> = {
  transaction: (work) => work(null),
  claim: async (_tx, _queue, ids) => new Set(ids),
  unclaim: async () => {},
  recordFirstStarts: async (_queue, ids) => new Set(ids),
  recordStart: async () => 0,
  clearStarts: async () => {},
  isUnavailable: () => false,
};
