import { topology } from "@orders/generated/topology";
import { pause } from "@rabbit-contract/messaging";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import type { BrokerPlace } from "../stack.ts";

/** Milliseconds without a message: longer than the broker's interval between two counts. */
const quietFor = 2_500;
const patience = 120_000;

/** Returns once no queue of a service except for dead letters has a message, or after two minutes. */
export async function untilQuiet(
  { managementUrl, virtualHost }: BrokerPlace,
  signal: AbortSignal,
): Promise<void> {
  const api = new ManagementApi(managementUrl, { timeout: 2_000 });
  const path = `queues/${encodeURIComponent(virtualHost)}?columns=name,messages`;
  const watched = new Set(topology.queues.map(({ name }) => name).filter((name) => !name.endsWith(".dead")));
  const end = performance.now() + patience;
  let since = performance.now();
  while (!signal.aborted && performance.now() < end && performance.now() - since < quietFor) {
    await pause(250, signal);
    const isQuiet = await api.get(path).then(
      (queues) =>
        (queues as { name: string; messages?: number }[]).every(
          ({ name, messages = 0 }) => !watched.has(name) || messages === 0,
        ),
      // The broker is down.
      () => false,
    );
    if (!isQuiet) since = performance.now();
  }
}
