import type { Scenario } from "../scenario.ts";
import { brokerKilled, brokerPaused, brokerRestarted } from "./broker.ts";
import { clocksOff } from "./clock.ts";
import { cluster } from "./cluster.ts";
import { diskFull } from "./disk-full.ts";
import { expired, expiredByFive } from "./expired.ts";
import { postgresFailover } from "./failover.ts";
import { halfOpenBroker, halfOpenDatabase } from "./half-open.ts";
import { lastUnits } from "./last-units.ts";
import { lockedTables } from "./locked-tables.ts";
import { outboxPoisoned } from "./outbox-poison.ts";
import { poisoned } from "./poison.ts";
import { poolerRestarted } from "./pooler.ts";
import { postgresKilled, postgresStopped } from "./postgres.ts";
import { queueDeleted } from "./queue-deleted.ts";
import { fiveReplicas, replicas } from "./replicas.ts";
import { killedAtPoints, killedAtRandom } from "./services.ts";
import { shuffled } from "./shuffled.ts";
import { networkSlow } from "./slow-network.ts";
import { soak } from "./soak.ts";
import { tableRewritten } from "./table-rewritten.ts";

/** All scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  brokerKilled,
  brokerRestarted,
  brokerPaused,
  ...killedAtPoints,
  killedAtRandom,
  postgresStopped,
  postgresKilled,
  shuffled,
  lastUnits,
  expired,
  expiredByFive,
  poisoned,
  replicas,
  fiveReplicas,
  queueDeleted,
  halfOpenDatabase,
  halfOpenBroker,
  lockedTables,
  postgresFailover,
  poolerRestarted,
  networkSlow,
  clocksOff,
  tableRewritten,
  outboxPoisoned,
  diskFull,
  cluster,
  soak,
];
