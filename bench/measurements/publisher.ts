/** (2) The publisher next to a confirm loop with bare amqplib: the same messages, the same window. */
import { changedUrl } from "@rabbit-contract/messaging/testing";
import { costOf, costsInTurns } from "../costs.ts";
import { openBarePublisher } from "../floors/publisher.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { ratios, summary } from "../statistics.ts";
import { provision } from "../system.ts";
import { bare, openOrderBroker, ordersCreated, purge } from "./messages.ts";

const rounds = 5;
const messagesOfRound = 40_000;
/** The publisher's default. */
const window = 500;
const queue = "inventory.orders";

export const publisher: Measurement = {
  name: "publisher",
  title: "(2) Publisher: next to a bare confirm loop",
  quick: true,
  async run(bench): Promise<Findings> {
    const { servers, uniqueName } = bench;
    const count = bench.scaled(messagesOfRound);
    const name = uniqueName();
    const environments = await provision({ servers, name });
    const admin = changedUrl(servers.admin.AMQP_URL, { path: name });
    const broker = await openOrderBroker(environments.order.ORDER_AMQP_URL ?? "");
    const floor = await openBarePublisher(admin, window);
    try {
      const messages = ordersCreated(count);
      const bareMessages = messages.map(bare);
      const sides = {
        bare: async () => {
          const cost = await costOf(count, () => floor.publishAll(bareMessages));
          await purge(admin, queue);
          return cost;
        },
        ours: async () => {
          const cost = await costOf(count, () =>
            Promise.all(messages.map((message) => broker.publisher.publish(message))),
          );
          await purge(admin, queue);
          return cost;
        },
      };
      const { details, rates, cpu } = await costsInTurns(bench, rounds, sides);
      return {
        rows: [
          {
            what: "publisher ÷ bare confirm loop",
            value: ratios(rates("ours"), rates("bare")),
            target: { atLeast: 0.95 },
          },
          { what: "publisher: messages", unit: "/s", value: summary(rates("ours")) },
          { what: "publisher: client CPU ÷ bare", value: ratios(cpu("ours"), cpu("bare")) },
        ],
        details,
      };
    } finally {
      await Promise.allSettled([floor.close(), broker.close()]);
    }
  },
};
