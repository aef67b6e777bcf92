/** (11) The time from start to ready while broker and database are up, next to an app that does nothing. */
import { fileURLToPath } from "node:url";
import { perService, serviceNames } from "@orders/stack";
import { startService } from "@orders/stack/testing/service";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { launchFloor } from "../floors/launch.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { ratios, summary } from "../statistics.ts";
import { defaultLimits, provision } from "../system.ts";
import { inTurns } from "../turns.ts";

const rounds = 5;
const emptyApp = fileURLToPath(new URL("../floors/empty-app.ts", import.meta.url).href);

export const startUp: Measurement = {
  name: "start-up",
  title: "(11) Start-up: from start to ready, next to an empty elysia app",
  quick: false,
  async run(bench): Promise<Findings> {
    const { servers, uniqueName, scaled } = bench;
    const environments = await provision({ servers, name: uniqueName() });
    const readyAfter = async (what: string, start: () => Promise<Started>) => {
      const begun = performance.now();
      const started = await start();
      try {
        await waitFor(async () => (await fetch(`${started.adminUrl}/health/ready`)).ok, {
          what: `${what} to be ready`,
          timeout: 60_000,
          interval: 2,
        });
        return performance.now() - begun;
      } finally {
        await started.stop();
      }
    };
    const times = await inTurns(bench, scaled(rounds), {
      ...perService(
        (name) => () =>
          readyAfter(name, () =>
            startService(name, { ...environments[name], ...defaultLimits }, { ready: false }),
          ),
      ),
      empty: () =>
        readyAfter("the empty app", async () => {
          const { url, stop } = await launchFloor("the empty app", emptyApp, {});
          return { adminUrl: url, stop };
        }),
    });
    return {
      rows: [
        ...serviceNames.map((name) => ({
          what: `${name}: start to ready ÷ an empty elysia app`,
          value: ratios(times[name], times.empty),
          target: { atMost: 2.5 },
        })),
        ...serviceNames.map((name) => ({
          what: `${name}: start to ready`,
          unit: "ms",
          value: summary(times[name]),
          target: { atMost: 500 },
        })),
        { what: "empty elysia app: start to ready", unit: "ms", value: summary(times.empty) },
      ],
    };
  },
};

interface Started {
  readonly adminUrl: string;
  stop(): Promise<unknown>;
}
