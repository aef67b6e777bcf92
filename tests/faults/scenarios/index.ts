import type { Scenario } from "../scenario.ts";
import { brokerKilled, brokerPaused, brokerRestarted } from "./broker.ts";
import { lastUnits } from "./last-units.ts";
import { postgresKilled, postgresStopped } from "./postgres.ts";
import { replicas } from "./replicas.ts";
import { killedAtPoints, killedAtRandom } from "./services.ts";

/** All of them, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  brokerKilled,
  brokerRestarted,
  brokerPaused,
  ...killedAtPoints,
  killedAtRandom,
  postgresStopped,
  postgresKilled,
  lastUnits,
  replicas,
];
