/** Compares the contract with the broker of RABBITMQ_MANAGEMENT_URL, or of the system that `make up` started. */
import { spawnSync } from "node:child_process";
import { root } from "../paths.ts";
import { runningStack } from "./running-stack.ts";

const wanted = process.env.RABBITMQ_MANAGEMENT_URL;
const broker = runningStack()?.broker();
// A system that runs on servers named by the environment has its own virtual host and users there.
const place = broker && (!wanted || wanted === broker.managementUrl) ? broker : undefined;
const flags = place ? ["--virtual-host", place.virtualHost, "--user-prefix", place.prefix] : [];
const { status, error } = spawnSync(
  process.execPath,
  ["node_modules/.bin/rabbit-contract", "topology", "diff", ...flags, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...(place && { RABBITMQ_MANAGEMENT_URL: place.managementUrl }) },
  },
);
if (error) throw error;
process.exit(status ?? 1);
