/** (0) The whole system next to the most likely alternative. */
import type { Findings, Measurement } from "../measurement.ts";
import { preparePeers, startPeer } from "../peers/start.ts";
import { connections, type Flow, type RunningPipeline, saturate, totalCpu } from "../pipeline.ts";
import { ratios, summary } from "../statistics.ts";
import { startSystem } from "../system.ts";
import { inTurns } from "../turns.ts";
import { settledRate } from "./order-flow.ts";

const rounds = 3;
const orders = { ours: 10_000, theirs: 3_000 };
const clients = { ours: connections, theirs: 64 };

export const peers: Measurement = {
  name: "peers",
  title: "(0) The order flow, next to NestJS + TypeORM + @golevelup/nestjs-rabbitmq",
  quick: false,
  async run(bench): Promise<Findings> {
    const { servers, uniqueName, progress, scaled } = bench;
    progress("installing and compiling the peers");
    preparePeers();
    const running: RunningPipeline[] = [];
    const started = async (pipeline: Promise<RunningPipeline>) => {
      running.push(await pipeline);
      return pipeline;
    };
    const place = () => ({ servers, name: uniqueName() });
    const flow = (pipeline: RunningPipeline, whose: keyof typeof orders) =>
      saturate(bench, pipeline, orders[whose], { clients: scaled(clients[whose]) });
    try {
      const system = await started(startSystem(place()));
      const usual = await started(startPeer(place(), { outbox: false }));
      const safe = await started(startPeer(place(), { outbox: true }));
      const sides = {
        ours: () => flow(system, "ours"),
        "NestJS without an outbox": () => flow(usual, "theirs"),
        "NestJS with an outbox": () => flow(safe, "theirs"),
      };
      progress("warming up");
      for (const warmUp of Object.values(sides)) await warmUp();
      const flows = await inTurns(bench, scaled(rounds), sides);
      const of = (side: keyof typeof sides, value: (flow: Flow) => number) => flows[side].map(value);
      const theirs = ["NestJS without an outbox", "NestJS with an outbox"] as const;
      return {
        rows: [
          ...theirs.map((side) => ({
            what: `orders settled ÷ ${side}`,
            value: ratios(of("ours", settledRate), of(side, settledRate)),
          })),
          ...theirs.map((side) => ({
            what: `CPU of an order ÷ ${side}`,
            value: ratios(of("ours", totalCpu), of(side, totalCpu)),
          })),
          ...(["ours", ...theirs] as const).flatMap((side) => [
            { what: `${side}: orders settled`, unit: "/s", value: summary(of(side, settledRate)) },
            { what: `${side}: CPU of an order`, unit: "ms", value: summary(of(side, totalCpu)) },
          ]),
        ],
      };
    } finally {
      await Promise.allSettled(running.map((pipeline) => pipeline.stop()));
    }
  },
};
