/** (12) The contract's tools on contracts of 100 and of 2,000 messages. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "@orders/stack";
import { largeContract } from "../large-contract.ts";
import type { Findings, Measurement, Row } from "../measurement.ts";
import { residentBytes } from "../processes.ts";
import { summary } from "../statistics.ts";

const sizes = [
  { messages: 100, rounds: 5, seconds: { lint: 2, generate: 4 } },
  { messages: 2_000, rounds: 3, seconds: { lint: 10, generate: 30 }, mebibytes: 500 },
] as const;
const commands = ["lint", "generate"] as const;
const cli = join(root, "node_modules/.bin/rabbit-contract");

export const tools: Measurement = {
  name: "tools",
  title: "(12) The contract's tools",
  quick: false,
  async run({ progress, scaled }): Promise<Findings> {
    const folder = mkdtempSync(join(tmpdir(), "bench-tools-"));
    try {
      const rows: Row[] = [];
      for (const { messages, rounds, seconds, ...limits } of sizes) {
        const contract = join(folder, `${messages}.yaml`);
        writeFileSync(contract, largeContract(messages));
        for (const command of commands) {
          const runs: Run[] = [];
          for (let round = 0; round < scaled(rounds); round++) {
            progress(`${command} of ${messages} messages, round ${round + 1} of ${rounds}`);
            const out = command === "generate" ? ["--out", join(folder, `${messages}-${round}`)] : [];
            runs.push(await measured([command, contract, ...out]));
          }
          const what = `${command} of ${messages.toLocaleString("en")} messages`;
          rows.push({
            what,
            unit: "s",
            value: summary(runs.map((run) => run.seconds)),
            target: { atMost: seconds[command] },
          });
          rows.push({
            what: `${what}: memory at most`,
            unit: "MiB",
            value: summary(runs.map((run) => run.mebibytes)),
            ...("mebibytes" in limits && { target: { atMost: limits.mebibytes } }),
          });
        }
      }
      return { rows };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Run {
  readonly seconds: number;
  readonly mebibytes: number;
}

/** @throws Error with the command's output if it fails */
async function measured(args: readonly string[]): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, [cli, ...args], { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
  let errors = "";
  child.stderr.on("data", (text) => (errors += text));
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, residentBytes(child.pid ?? 0, "at most"));
  }, 20);
  const [code] = await once(child, "close");
  clearInterval(sampling);
  if (code !== 0) throw new Error(`rabbit-contract ${args.join(" ")} failed:\n${errors}`);
  return { seconds: (performance.now() - start) / 1000, mebibytes: peak / 2 ** 20 };
}
