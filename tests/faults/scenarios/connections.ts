/** Connections that go silent or slow, and tables that are blocked, under load. */
import { type ServiceName, serviceNames } from "@orders/stack";
import type { Fault } from "../fault.ts";
import { halfOpen, moments, networkSlow as slow } from "../faults.ts";
import { inTurn } from "../in-turn.ts";
import { columnsIn, tableLocked, tableRewritten, tablesIn } from "../table-faults.ts";

const load = { clients: 40, rate: 100, after: 1 / 6 };

export const halfOpenDatabase = inTurn({
  name: "half-open-database",
  fault: "each service's database connections half-open: at any moment, during a statement, at a commit",
  orders: 3_000,
  system: { proxied: true },
  load,
  faults: (stage) =>
    stage.random
      .of("moments")
      .shuffled(moments)
      .flatMap((moment) =>
        stage.random
          .of(moment)
          .shuffled(serviceNames)
          .map((service) => [halfOpen(stage, service, "database", moment)]),
      ),
});

export const halfOpenBroker = inTurn({
  name: "half-open-broker",
  fault: "each service's broker connections half-open, then all at once",
  orders: 3_000,
  system: { proxied: true },
  load,
  faults: (stage) => {
    const each = stage.random.of("services").shuffled(serviceNames);
    return [...each.map((service) => [service]), each].map((services) =>
      services.map((service) => halfOpen(stage, service, "broker")),
    );
  },
});

export const networkSlow = inTurn({
  name: "network-slow",
  fault: "network: 100 ms round-trip time, 1 % of packets reset their connection, for 60 s",
  orders: 3_000,
  system: { proxied: true },
  load,
  faults: (stage) => [[slow(stage, serviceNames, stage.random.of("resets"), 60)]],
});

export const lockedTables = inTurn({
  name: "locked-tables",
  fault: "each hot table locked for 60 s, as by an alter table",
  orders: 3_000,
  load: { clients: 40, rate: 50, after: 1 / 10 },
  faults: (stage) => {
    const random = stage.random.of("tables");
    return oneOfEach(
      (service) => random.shuffled(tablesIn(service)),
      (service, table) => tableLocked(stage, service, table, 60),
    );
  },
  keepsAttempts: true,
});

export const tablesRewritten = inTurn({
  name: "table-rewritten",
  fault: "migrations that rewrite hot tables: a column's type changed, a column added",
  orders: 3_000,
  load,
  faults: (stage) => oneOfEach(columnsIn, (service, column) => tableRewritten(stage, service, column, 5)),
  keepsAttempts: true,
});

/** One fault of each service at a time, until each has had one for all of its items. */
function oneOfEach(
  itemsOf: (service: ServiceName) => readonly string[],
  faultOf: (service: ServiceName, item: string) => Fault,
): Fault[][] {
  const all = serviceNames.map((service) => ({ service, items: itemsOf(service) }));
  return Array.from({ length: Math.max(...all.map(({ items }) => items.length)) }, (_, index) =>
    all.map(({ service, items }) => faultOf(service, items[index % items.length] ?? "")),
  );
}
