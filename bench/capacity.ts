/**
 * Computes the resources for a rate of orders from a few inputs; docs/scaling.md explains the model. `make capacity`
 * prints it.
 */
import { table } from "@orders/stack";
import results from "./results/results.json" with { type: "json" };

/** The parts that spend CPU time on an order. The load generator counts only if it runs on the same machine. */
const parts = ["inventory", "order", "notification", "rabbitmq", "postgres"] as const;
type Part = (typeof parts)[number];

/** Lines of the benchmark's average order. */
export const linesOfBenchmark = 2;

const inputs = {
  /**
   * What each line adds: a share of the order's CPU time, and bytes of write-ahead log. Measured by `make bench
   * ONLY=capacity`.
   */
  cpuShareOfLine: 0.04,
  walBytes: { order: 5_250, line: 750 },
  /** Share of the CPU that a saturated machine spends on orders. */
  saturated: 0.96,
  /** Share of the saturated rate to plan for; below it, orders do not queue. */
  planned: 0.6,
  /** Per order: one to inventory, one back, one to notification. */
  messages: 3,
  /** Messages per second through one quorum queue: half of one publisher's rate on a single, unreplicated node. */
  queue: 0.5 * measured("publisher: messages"),
  /** MB per second of write-ahead log that one primary writes and sends to its standbys. */
  wal: 100,
  /** Connections of one process: docs/configuration.md. */
  connections: { database: 14, broker: 2 },
};

function measured(what: string): number {
  const rows = results.measurements.flatMap(({ rows }) => rows);
  const row = rows.find((one) => one.what === what);
  if (!row) throw new Error(`the results of the benchmark have no "${what}": run make bench-full`);
  return row.value.median;
}

/** CPU of an order with this many lines, relative to the benchmark's. */
const growth = (lines: number) => 1 + inputs.cpuShareOfLine * (lines - linesOfBenchmark);

/** CPU milliseconds of an order in one part, or in the load generator. */
function cpuOf(part: Part | "load", lines: number): number {
  return measured(`CPU of an order: ${part}`) * growth(lines);
}

/** CPU milliseconds of a benchmark order in all parts and the load generator, in the latest full run. */
export function costOfAnOrder(): number {
  return [...parts, "load" as const].reduce((sum, part) => sum + cpuOf(part, linesOfBenchmark), 0);
}

/**
 * Orders per second that are settled by a machine that runs everything, including the load generator.
 *
 * @param cost CPU milliseconds of a benchmark order on that machine
 */
export function saturatedRate(
  { cores, lines }: { readonly cores: number; readonly lines: number },
  cost = costOfAnOrder(),
): number {
  return (1000 * cores * inputs.saturated) / (cost * growth(lines));
}

/** The resources for this many orders per second. Each service has at least two replicas. */
function needsOf(rate: number, lines = linesOfBenchmark) {
  const cores = (part: Part) => (rate * cpuOf(part, lines)) / 1000 / inputs.planned;
  // A JavaScript process uses one core.
  const replicas = (part: Part) => Math.max(2, Math.ceil(cores(part)));
  const services = {
    inventory: replicas("inventory"),
    order: replicas("order"),
    notification: replicas("notification"),
  };
  const processes = Object.values(services).reduce((sum, count) => sum + count, 0);
  // MB per second, for all databases together.
  const wal = (rate * (inputs.walBytes.order + inputs.walBytes.line * lines)) / 1e6;
  return {
    cores: Object.fromEntries(parts.map((part) => [part, cores(part)])) as Record<Part, number>,
    replicas: services,
    messages: rate * inputs.messages,
    // Queues over which a stream of one message per order must be divided.
    partitions: Math.ceil(rate / inputs.queue),
    wal,
    // Those that the write-ahead log takes.
    primaries: Math.ceil(wal / inputs.wal),
    databaseConnections: processes * inputs.connections.database,
    brokerConnections: processes * inputs.connections.broker,
  };
}

if (import.meta.main) {
  const rates = [1_000, 10_000, 100_000];
  const needs = rates.map((rate) => needsOf(rate));
  const row = (what: string, value: (one: ReturnType<typeof needsOf>) => string) => [
    what,
    ...needs.map(value),
  ];
  const cores = (value: number) => value.toFixed(1);
  console.log(
    table([
      ["orders a second", ...rates.map((rate) => rate.toLocaleString("en"))],
      row("replicas: inventory, order, notification", ({ replicas }) => Object.values(replicas).join(", ")),
      row("cores of RabbitMQ's leaders", (one) => cores(one.cores.rabbitmq)),
      row("cores of PostgreSQL's primaries", (one) => cores(one.cores.postgres)),
      row("messages a second", ({ messages }) => messages.toLocaleString("en")),
      row("queues for each stream of messages", ({ partitions }) => String(partitions)),
      row("write-ahead log, MB a second", ({ wal }) => wal.toFixed(0)),
      row("primaries that it takes", ({ primaries }) => String(primaries)),
      row("connections to poolers", ({ databaseConnections }) => String(databaseConnections)),
      row("connections to RabbitMQ", ({ brokerConnections }) => String(brokerConnections)),
    ]),
  );
  for (const machine of [
    { cores: 2, lines: 2 },
    { cores: 1, lines: 2 },
    { cores: 2, lines: 4 },
  ]) {
    const rate = Math.round(saturatedRate(machine)).toLocaleString("en");
    console.log(
      `${machine.cores} cores for everything, orders of ${machine.lines} lines: ${rate} orders a second`,
    );
  }
}
