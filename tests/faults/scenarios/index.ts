import type { Scenario } from "../scenario.ts";
import { clocksOff } from "./clock.ts";
import { cluster } from "./cluster.ts";
import {
  halfOpenBroker,
  halfOpenDatabase,
  lockedTables,
  networkSlow,
  tablesRewritten,
} from "./connections.ts";
import { expired, expiredByFive } from "./expired.ts";
import { lastUnits } from "./last-units.ts";
import { outboxPoisoned } from "./outbox-poison.ts";
import { poisoned } from "./poison.ts";
import { postgresKilled, postgresStopped } from "./postgres.ts";
import { queueDeleted } from "./queue-deleted.ts";
import { fiveReplicas, replicas } from "./replicas.ts";
import {
  brokerKilled,
  brokerPaused,
  brokerRestarted,
  diskFull,
  poolerRestarted,
  postgresFailover,
} from "./servers.ts";
import { killedAtPoints, killedAtRandom } from "./services.ts";
import { shuffled } from "./shuffled.ts";
import { soak } from "./soak.ts";

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
  tablesRewritten,
  outboxPoisoned,
  diskFull,
  cluster,
  soak,
];
