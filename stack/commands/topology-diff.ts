/** `make topology-diff`: on the broker of RABBITMQ_MANAGEMENT_URL, else on that of the system that `make up` started. */
import { spawnSync } from "node:child_process";
import { composeAddresses, hasContainers } from "../containers/compose.ts";
import { localBroker, localRuns } from "../local/local.ts";
import { root } from "../paths.ts";
import type { BrokerPlace } from "./welcome.ts";

const wanted = process.env.RABBITMQ_MANAGEMENT_URL;

function brokerOfSystem(): BrokerPlace | undefined {
  if (localRuns()) return localBroker();
  if (wanted || !hasContainers()) return undefined;
  return { managementUrl: composeAddresses().managementUrl, virtualHost: "/", prefix: "" };
}

const system = brokerOfSystem();
// A system that runs on servers of the environment has names of its own there.
const place = system && (!wanted || wanted === system.managementUrl) ? system : undefined;
const flags = place ? ["--virtual-host", place.virtualHost, "--user-prefix", place.prefix] : [];
const { status, error } = spawnSync(
  process.execPath,
  ["packages/contract/src/cli.ts", "topology", "diff", ...flags, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...(place && { RABBITMQ_MANAGEMENT_URL: place.managementUrl }) },
  },
);
if (error) throw error;
process.exit(status ?? 1);
