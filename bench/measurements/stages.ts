/** The stages of a single order on an idle system, by the commits that it passes. */
import type { Plot, Row } from "../measurement.ts";
import { commitTimes, runFlow } from "../pipeline.ts";
import { summary } from "../statistics.ts";
import type { System } from "../system.ts";

const ordersPerSecond = 20;

export async function stagesOfOneOrder(system: System, orders: number): Promise<{ rows: Row[]; plot: Plot }> {
  const flow = await runFlow(system, {
    products: 1_000,
    clients: 1,
    orders,
    mode: "closed",
    rate: ordersPerSecond,
  });
  const reserved = await commitTimes(system.databases.inventory, "reservations", "order_id", flow.ids);
  const points = [flow.due, flow.answered, reserved, flow.settled, flow.notified];
  const names = ["POST to 202", "202 to reserved", "reserved to confirmed", "confirmed to notified"];
  const stages = names.map((name, stage) => {
    const [from = [], to = []] = [points[stage], points[stage + 1]];
    return { name, value: summary(to.map((at, index) => at - (from[index] ?? 0))) };
  });
  return {
    rows: stages.map(({ name, value: { median } }) => ({
      what: `one order: ${name}`,
      unit: "ms",
      value: summary([median]),
    })),
    plot: {
      kind: "stages",
      file: "stages.svg",
      title: "One order, alone in the system: medians",
      unit: "ms",
      stages: stages.map(({ name, value }) => ({ name, value: value.median })),
    },
  };
}
