/** `make faults`: runs each scenario of tests/faults on its own servers and services, then prints a table. */
import { randomBytes } from "node:crypto";
import { table } from "@orders/stack";
import { inRun } from "@orders/stack/test-run";
import { type Result, runScenario, type Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

const { SCENARIO = "", SEED = "", ORDERS = "", MINUTES = "", RUNTIME = "" } = process.env;

function chosen(): readonly Scenario[] {
  const names = SCENARIO.split(/[\s,]+/).filter((name) => name !== "");
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name.startsWith(name)));
  if (unknown.length > 0) {
    const known = scenarios.map(({ name }) => name).join(", ");
    throw new Error(`unknown scenario ${unknown.join(", ")}. Known: ${known}`);
  }
  return scenarios.filter(({ name }) => names.length === 0 || names.some((one) => name.startsWith(one)));
}

function wholeNumber(name: string, text: string): number | undefined {
  if (text === "") return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new Error(`${name} must be a whole number, not "${text}"`);
  return Number(text);
}

function row({ fault, orders, lost, doubled, recoverySeconds, problems }: Result): string[] {
  const recovery = recoverySeconds === undefined ? "-" : `${recoverySeconds.toFixed(1)} s`;
  const verdict = problems.length === 0 ? "ok" : "FAILED";
  return [fault, String(orders), String(lost), String(doubled), recovery, verdict];
}

async function main(): Promise<boolean> {
  const wanted = chosen();
  const orders = wholeNumber("ORDERS", ORDERS);
  const minutes = wholeNumber("MINUTES", MINUTES);
  if (RUNTIME !== "" && RUNTIME !== "bun" && RUNTIME !== "deno")
    throw new Error(`RUNTIME must be bun or deno, not "${RUNTIME}"`);
  const seed = SEED === "" ? randomBytes(4).toString("hex") : SEED;
  console.log(`seed ${seed}: SEED=${seed} repeats this run`);

  const results = await inRun(async (run, interruption) => {
    const found: Result[] = [];
    for (const scenario of wanted) {
      console.log(`\n${scenario.name}: ${scenario.fault}`);
      const start = performance.now();
      const result = await runScenario(scenario, {
        seed,
        directory: run.directory,
        progress: console.log,
        ...(orders !== undefined && { orders }),
        ...(minutes !== undefined && { minutes }),
        ...(RUNTIME !== "" && { runtime: RUNTIME }),
      }).catch((error: unknown): Result => failureOf(scenario, error));
      interruption.throwIfAborted(); // an interruption, not the scenario, ended it
      found.push(result);
      for (const problem of result.problems.slice(0, 20)) console.log(`  PROBLEM: ${problem}`);
      console.log(`  ${((performance.now() - start) / 1000).toFixed(0)} s`);
    }
    return found;
  });
  const failed = results.some(({ problems }) => problems.length > 0);
  const head = ["fault", "orders", "lost", "doubled", "time to recover", ""];
  console.log(`\n${table([head, ...results.map(row)], "")}`);
  console.log(failed ? `\nfailed; SEED=${seed} repeats it` : "\nnothing lost, nothing duplicated");
  return !failed;
}

function failureOf({ fault }: Scenario, error: unknown): Result {
  const problem = error instanceof Error ? error.message : String(error);
  return {
    fault,
    orders: 0,
    lost: 0,
    doubled: 0,
    recoverySeconds: undefined,
    problems: [problem],
    notes: [],
  };
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  console.error(error instanceof Error ? `error: ${error.message}` : error);
  process.exit(1);
}
