import type { Scenario } from "../scenario.ts";
import { brokerKilled, brokerPaused, brokerRestarted } from "./broker.ts";
import { killedAtPoints, killedAtRandom } from "./services.ts";

/** All of them, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  brokerKilled,
  brokerRestarted,
  brokerPaused,
  ...killedAtPoints,
  killedAtRandom,
];
