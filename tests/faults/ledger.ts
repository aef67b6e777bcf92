import type { Order } from "./load.ts";
import type { Line, Product } from "./products.ts";
import { type OrderRecord, type Records, readRecords, readThroughRest } from "./records.ts";
import type { FaultSystem } from "./system.ts";

export interface Expectation {
  readonly accepted: readonly Order[];
  readonly products: readonly Product[];
  /** Expected dead letters per queue. @default none */
  readonly dead?: ReadonlyMap<string, number>;
  /** Whether an expired order counts as settled. @default false */
  readonly mayExpire?: boolean;
  /** Accepted orders that may stay unsettled because the test deleted their messages. @default 0 */
  readonly mayBeLost?: number;
}

export interface Ledger {
  /** Accepted orders with missing effects. */
  readonly lost: number;
  /** Orders whose effects happened more than once, and orders that were never confirmed to a client. */
  readonly doubled: number;
  /** Every discrepancy, described. Empty if there is none. */
  readonly problems: readonly string[];
}

/** The reservation statuses allowed for an order in this status. */
const reservationsOf: Readonly<Record<string, readonly string[]>> = {
  confirmed: ["reserved"],
  shipped: ["taken"],
  rejected: ["rejected"],
  cancelled: ["released", "rejected"],
  expired: ["released", "rejected"],
};

/** Compares the accepted orders with the tables of all three services and with what the broker still holds. */
export async function checkLedger(system: FaultSystem, expectation: Expectation): Promise<Ledger> {
  const { accepted, products, dead = new Map(), mayExpire = false, mayBeLost = 0 } = expectation;
  const records = await readRecords(system);
  const findings = new Findings();

  for (const { id, number } of accepted) {
    const order = records.orders.get(id);
    if (!order) findings.lost(id, `order ${number} was accepted and does not exist`);
    else if (order.status === "pending" || (order.status === "expired" && !mayExpire))
      findings.lost(id, `an accepted order is ${order.status}`);
  }
  const known = new Set(accepted.map(({ id }) => id));
  for (const order of records.orders.values()) {
    if (!known.has(order.id))
      findings.doubled(order.id, "an order exists whose acceptance no client received");
    checkOrder(order, records, findings);
  }
  for (const id of records.reservations.keys())
    if (!records.orders.has(id)) findings.add(`reservation of order ${id}, which does not exist`);
  checkStock(records, products, findings);
  for (const [table, rows] of records.leftovers) findings.add(`${rows} rows are left in ${table}`);

  const depths = await system.queueDepths();
  for (const [queue, depth] of depths)
    if (!queue.endsWith(".dead")) findings.add(`${depth} messages are left in ${queue}`);
  for (const queue of new Set([...dead.keys(), ...depths.keys()].filter((name) => name.endsWith(".dead")))) {
    const [found, wanted] = [depths.get(queue) ?? 0, dead.get(queue) ?? 0];
    if (found !== wanted) findings.add(`${found} dead letters in ${queue}, expected ${wanted}`);
  }
  return findings.ledger(mayBeLost);
}

/** The REST interface must agree with the tables. */
export async function checkThroughRest(
  system: FaultSystem,
  { accepted }: Expectation,
): Promise<readonly string[]> {
  const some = accepted.filter((_, index) => index % Math.ceil(accepted.length / 50) === 0);
  const [records, shown] = [
    await readRecords(system),
    await readThroughRest(
      system,
      some.map(({ id }) => id),
    ),
  ];
  const findings = new Findings();
  for (const [id, status] of shown.statuses)
    if (records.orders.get(id)?.status !== status)
      findings.add(`GET /orders/{id} answers ${status} for ${id}`);
  for (const { sku, onHand, reserved } of records.products) {
    const stock = shown.products.find((product) => product.sku === sku)?.stock;
    if (stock?.onHand !== onHand || stock.reserved !== reserved || stock.available !== onHand - reserved)
      findings.add(
        `GET /products answers ${JSON.stringify(stock)} for ${sku}, not ${onHand} and ${reserved}`,
      );
  }
  return findings.ledger(0).problems;
}

function checkOrder(order: OrderRecord, records: Records, findings: Findings): void {
  const { id, status, history } = order;
  if (new Set(history).size < history.length) findings.doubled(id, `an order's history is ${history}`);
  if (status === "pending") return;

  const reservation = records.reservations.get(id);
  const allowed = reservationsOf[status] ?? [];
  if (!reservation || !allowed.includes(reservation.status))
    findings.lost(id, `the reservation of a ${status} order is ${reservation?.status ?? "missing"}`);

  const kinds = records.notifications.get(id) ?? [];
  const expected = history.filter((one) => one !== "pending").map((one) => `order-${one}`);
  for (const kind of new Set([...expected, ...kinds])) {
    const [wanted, found] = [expected, kinds].map((list) => list.filter((one) => one === kind).length);
    if (found === wanted) continue;
    if (found === 0) findings.lost(id, `notification ${kind} is missing`);
    else findings.doubled(id, `${found} notifications ${kind}`);
  }
}

function checkStock(records: Records, products: readonly Product[], findings: Findings): void {
  const reservedBy = sumOfLines(records.reservations.values(), "reserved");
  const confirmed = sumOfLines(records.orders.values(), "confirmed");
  const shipped = sumOfLines(records.orders.values(), "shipped");
  for (const product of records.products) {
    const { sku, onHand, reserved, moved, doubledShipments, lowStockThreshold } = product;
    const agree = (what: string, found: number, wanted: number) => {
      if (found !== wanted) findings.add(`${sku}: ${what} is ${found}, not ${wanted}`);
    };
    const received = products.find((one) => one.sku === sku)?.onHand ?? 0;
    agree("on hand", onHand, moved);
    agree("on hand after shipments", onHand, received - (shipped.get(sku) ?? 0));
    agree("the sum of shipments", product.shipped, shipped.get(sku) ?? 0);
    agree("reserved", reserved, reservedBy.get(sku) ?? 0);
    agree("reserved for confirmed orders", reserved, confirmed.get(sku) ?? 0);
    agree("shipments of an order shipped before", doubledShipments, 0);
    if (lowStockThreshold === null) continue;
    const low = onHand - reserved <= lowStockThreshold ? 1 : 0;
    const notices = records.lowStock.get(sku) ?? 0;
    if (notices > low) findings.doubled(sku, `${notices} notifications of low stock`);
    if (notices < low) findings.lost(sku, "notification of low stock is missing");
  }
}

function sumOfLines(
  records: Iterable<{ readonly status: string; readonly lines: readonly Line[] }>,
  status: string,
): Map<string, number> {
  const sums = new Map<string, number>();
  for (const record of records) {
    if (record.status !== status) continue;
    for (const { sku, quantity } of record.lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  }
  return sums;
}

class Findings {
  readonly #lost = new Set<string>();
  readonly #doubled = new Set<string>();
  readonly #problems = new Map<string, { count: number; example?: string }>();

  lost(id: string, problem: string): void {
    this.#lost.add(id);
    this.add(problem, id);
  }

  doubled(id: string, problem: string): void {
    this.#doubled.add(id);
    this.add(problem, id);
  }

  add(problem: string, example?: string): void {
    const known = this.#problems.get(problem);
    if (known) known.count++;
    else this.#problems.set(problem, { count: 1, ...(example !== undefined && { example }) });
  }

  ledger(mayBeLost: number): Ledger {
    const [lost, doubled] = [this.#lost.size, this.#doubled.size];
    const problems = [...this.#problems].map(
      ([problem, { count, example }]) =>
        `${problem}${count > 1 ? ` (${count} times)` : ""}${example === undefined ? "" : `, e.g. ${example}`}`,
    );
    // The only discrepancy may be the permitted losses.
    const permitted = lost <= mayBeLost && doubled === 0 && this.#problems.size <= 1 && lost > 0;
    return { lost, doubled, problems: permitted ? [] : problems };
  }
}
