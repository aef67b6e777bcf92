/** (3) The consumer without a database, next to bare amqplib that reads nothing. */

import { inventoryOrdersQueue, inventoryService } from "@orders/generated/inventory";
import { allDone, type Broker, connectBroker, type Inbox } from "@rabbit-contract/messaging";
import { changedUrl, waitFor } from "@rabbit-contract/messaging/testing";
import { costOf, costsInTurns } from "../costs.ts";
import { connectBare } from "../floors/amqp.ts";
import { consumeBare } from "../floors/consumer.ts";
import { bare, openBarePublisher } from "../floors/publisher.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { ratios, summary } from "../statistics.ts";
import { provision } from "../system.ts";
import { ordersCreated, quiet } from "./messages.ts";

const rounds = 5;
const messagesOfRound = 60_000;
const { name: queue, prefetch } = inventoryOrdersQueue;

export const consumer: Measurement = {
  name: "consumer",
  title: "(3) Consumer: next to bare consume and ack",
  quick: true,
  async run(bench): Promise<Findings> {
    const { servers, uniqueName } = bench;
    const count = bench.scaled(messagesOfRound);
    const name = uniqueName();
    const environments = await provision({ servers, name });
    const admin = changedUrl(servers.admin.AMQP_URL, { path: name });
    const filler = await openBarePublisher(admin, 1_000);
    const messages = ordersCreated(count).map(bare);
    /** Excludes connecting. */
    const timed = async <Model extends { close(): Promise<unknown> }>(
      connecting: Promise<Model>,
      work: (model: Model) => Promise<void>,
    ) => {
      await filler.publishAll(messages);
      const model = await connecting;
      const cost = await costOf(count, () => work(model));
      await model.close();
      return cost;
    };
    try {
      const sides = {
        bare: () => timed(connectBare(admin), (model) => consumeBare(model, queue, prefetch, count)),
        "bare, parsed": () =>
          timed(connectBare(admin), (model) =>
            consumeBare(model, queue, prefetch, count, ({ content }) => JSON.parse(content.toString())),
          ),
        ours: () =>
          timed(connected(environments.inventory.INVENTORY_AMQP_URL ?? ""), (broker) =>
            consume(broker, count),
          ),
      };
      const { details, rates, cpu } = await costsInTurns(bench, rounds, sides);
      return {
        rows: [
          {
            what: "consumer ÷ bare consume and ack",
            value: ratios(rates("ours"), rates("bare")),
            target: { atLeast: 0.9 },
          },
          {
            what: "consumer ÷ bare consume and ack that parses each message",
            value: ratios(rates("ours"), rates("bare, parsed")),
          },
          { what: "consumer: messages", unit: "/s", value: summary(rates("ours")) },
          { what: "consumer: client CPU", unit: "µs", value: summary(cpu("ours")) },
          { what: "bare consumer: client CPU", unit: "µs", value: summary(cpu("bare")) },
          { what: "bare consumer that parses: client CPU", unit: "µs", value: summary(cpu("bare, parsed")) },
        ],
        details,
      };
    } finally {
      await filler.close();
    }
  },
};

/** Decodes and validates each message, and hands it to a handler that does nothing. */
function consume(broker: Broker, count: number): Promise<void> {
  return new Promise((resolve) => {
    let seen = 0;
    const handle = async (deliveries: readonly unknown[]) => {
      seen += deliveries.length;
      if (seen >= count) setImmediate(resolve); // there may be more if the bare side closed before its last acks arrived
      return allDone(deliveries);
    };
    const handlers = {
      orderCreated: handle,
      orderCancelled: handle,
      orderExpired: handle,
      orderShipped: handle,
    };
    broker.consume(inventoryOrdersQueue, noDatabase, handlers);
  });
}

async function connected(url: string): Promise<Broker> {
  const broker = await connectBroker({ url, topology: inventoryService.topology, log: quiet });
  await waitFor(() => broker.connected, { what: "the consumer to be connected" });
  return broker;
}

const noDatabase: Inbox<null> = {
  transaction: (work) => work(null),
  claim: async (_tx, _queue, ids) => new Set(ids),
  claimNew: () => {},
  isRepetition: () => false,
  unclaim: async () => {},
  unfinishedStarts: async () => new Map(),
  recordStarts: async () => {},
  clearStarts: async () => {},
  faultOf: () => "caller",
};
