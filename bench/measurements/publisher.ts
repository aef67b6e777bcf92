/** (2) The publisher next to a confirm loop with bare amqplib: the same messages, the same window. */
import { costsInTurns } from "../costs.ts";
import { bare } from "../floors/publisher.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { ratios, summary } from "../statistics.ts";
import { openPublishers, ordersCreated } from "./messages.ts";

const rounds = 5;
const messagesOfRound = 40_000;

export const publisher: Measurement = {
  name: "publisher",
  title: "(2) Publisher: next to a bare confirm loop",
  quick: true,
  async run(bench): Promise<Findings> {
    const count = bench.scaled(messagesOfRound);
    const messages = ordersCreated(count);
    const bareMessages = messages.map(bare);
    const { publisher, publishBare, costOf, close } = await openPublishers(bench);
    try {
      const { details, rates, cpu } = await costsInTurns(bench, rounds, {
        bare: () => costOf(count, () => publishBare(bareMessages)),
        ours: () => costOf(count, () => Promise.all(messages.map((message) => publisher.publish(message)))),
      });
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
      await close();
    }
  },
};
