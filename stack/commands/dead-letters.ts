/** `make dead-letters`: operators' calls on the services' dead letters, over REST. */
import type { DeadLetterReport } from "@rabbit-contract/service/operator";
import { table } from "../table.ts";
import { runCommand } from "./command-line.ts";
import { DeadLettersClient } from "./dead-letters/client.ts";
import { type Options, readOptions, usage } from "./dead-letters/options.ts";
import { actionTable, letterDetails, letterTable, progressOf, statusLines } from "./dead-letters/print.ts";
import { ProgressLine } from "./progress-line.ts";

/** Maximum dead letters and failures that an action prints; the rest is counted. */
const printed = 50;

/** @returns the exit code */
async function run(options: Options): Promise<number> {
  const clients = options.services.map((service) => new DeadLettersClient(service, process.env));
  switch (options.command) {
    case "list":
      return list(clients, options);
    case "history":
      return history(clients, options);
    case "show":
      return show(clients, options);
    default:
      return act(clients, options);
  }
}

async function list(clients: readonly DeadLettersClient[], options: Options): Promise<number> {
  const pages = await Promise.all(clients.map((client) => client.list(options)));
  if (options.json) return lines(pages);
  const letters = pages.flatMap(({ items }) => items);
  if (letters.length > 0) console.log(`${letterTable(letters)}\n`);
  for (const { items, next, queues } of pages) {
    for (const line of statusLines(queues, items.length, next !== null)) console.log(line);
  }
  return 0;
}

async function history(clients: readonly DeadLettersClient[], options: Options): Promise<number> {
  const pages = await Promise.all(clients.map((client) => client.history(options)));
  if (options.json) return lines(pages);
  const actions = pages
    .flatMap(({ items }) => items)
    .sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
  console.log(actions.length > 0 ? actionTable(actions) : "nothing was replayed or deleted");
  if (pages.some(({ next }) => next !== null)) console.log("\nthere is more: raise --limit");
  return 0;
}

async function show(clients: readonly DeadLettersClient[], { queue = "", id = "", json }: Options) {
  for (const client of clients) {
    const letter = await client.show(queue, id);
    console.log(json ? JSON.stringify(letter) : letterDetails(letter));
  }
  return 0;
}

async function act(clients: readonly DeadLettersClient[], options: Options): Promise<number> {
  const { command, dryRun, json } = options;
  const verb = command === "replay" ? "replayed" : "deleted";
  let code = 0;
  for (const client of clients) {
    const progress = new ProgressLine();
    const rows: string[][] = [];
    let last: DeadLetterReport | undefined;
    for await (const report of client.act(options)) {
      last = report;
      if (json) {
        console.log(JSON.stringify(report));
        continue;
      }
      progress.show(progressOf(report, verb));
      for (const { queue, id, type = "", reason, failure } of report.letters) {
        if (dryRun || failure !== undefined) rows.push([queue, type, reason, id, failure ?? ""]);
      }
      // The rest is only counted.
      rows.splice(printed);
    }
    progress.end();
    if (last?.state !== "complete" || last.failed > 0) code = 1;
    if (json) continue;
    if (rows.length > 0) console.log(`${table(rows, "")}\n`);
    console.log(summary(last, verb, dryRun));
  }
  return code;
}

function summary(last: DeadLetterReport | undefined, verb: string, dryRun: boolean): string {
  if (!last) return "it was interrupted: the service ended the answer before its first line; do it again";
  const { total, matched, done, failed, runId, state, problem } = last;
  const more = (count: number) => (count > printed ? `, ${count - printed} more than shown` : "");
  const parts = dryRun
    ? [`${matched} of ${total} dead letters would be ${verb}${more(matched)}`]
    : [`${done} of ${total} dead letters ${done === 1 ? "was" : "were"} ${verb} (run ${runId})`];
  if (failed > 0)
    parts.push(
      `${failed} could not be and ${failed === 1 ? "is still a dead letter" : "are still dead letters"}${more(failed)}`,
    );
  if (state !== "complete") {
    const why = problem?.detail ?? "the service ended it";
    parts.push(`it was interrupted: ${why} What is left is still dead; do it again`);
  }
  return parts.join("\n");
}

function lines(pages: readonly object[]): number {
  for (const page of pages) console.log(JSON.stringify(page));
  return 0;
}

await runCommand("dead-letters", async (args) => {
  const options = readOptions(args);
  if (options) return run(options);
  console.log(usage);
  return 0;
});
