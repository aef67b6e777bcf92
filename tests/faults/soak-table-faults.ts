/** Faults of the soak test that block a service's tables. */
import { serviceNames } from "@orders/stack";
import { holdLock, hotTablesOf } from "./scenarios/locked-tables.ts";
import { rewrite, rounds } from "./scenarios/table-rewritten.ts";
import { type Choose, tablesOf } from "./soak-fault.ts";

export const tableLocked: Choose = (stage, random) => {
  const service = random.pick(serviceNames);
  const table = random.pick(hotTablesOf(service));
  const seconds = random.between(1, 20);
  return {
    name: `${service}: ${table} locked for ${seconds} s`,
    takes: [tablesOf(service)],
    run: () => interruptible(holdLock(stage, service, table, seconds)),
  };
};

export const tableRewritten: Choose = (stage, random) => {
  const service = random.pick(serviceNames);
  const index = random.between(0, rounds - 1);
  return {
    name: `${service}: table ${index} rewritten`,
    takes: [tablesOf(service)],
    run: () => interruptible(rewrite(stage, service, index, 2)),
  };
};

/** Errors of a statement whose server is killed or replaced meanwhile. */
const killed =
  /terminat|ECONN|connection|closed|shut|starting up|recovery|timeout|postmaster exited|pg_wal\/.*No such file/i;

/** The server may die meanwhile, and the statement with it. */
async function interruptible(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const { message } = error instanceof Error ? error : { message: String(error) };
    if (!killed.test(message)) throw error;
  }
}
