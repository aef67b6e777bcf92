/** `make reconcile`: makes the services republish messages that others may have missed, over REST. */
import { isDateTime } from "@rabbit-contract/messaging/formats";
import type { ServiceName } from "../names.ts";
import { parseOptions, runCommand, UsageError } from "./command-line.ts";
import { ProgressLine } from "./progress-line.ts";
import { jsonLines, ServiceCalls } from "./service-call.ts";

const usage = `usage: make reconcile ARGS="[OPTIONS]"

Has the senders republish messages that others may have missed, derived from their tables: for example after a queue
or a binding was deleted, which loses messages silently. What was not missed changes nothing.

  --service NAME    order: the outcomes of orders. inventory: answers to orders, and products. Default: both
  --from TIME       only orders placed, and products changed, at this time or later
  --to TIME         and before this time; times such as 2026-01-31T12:00:00Z
  --order ID        only this order; may be repeated
  --sku SKU         only this product, with --service inventory; may be repeated
  --dry-run         only count
  --json            print the services' reports, one JSON document per line

Examples:
  make reconcile ARGS="--from 2026-01-31T12:00:00Z --to 2026-01-31T13:00:00Z --dry-run"
  make reconcile ARGS="--service order --order 0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"
  make reconcile ARGS="--service inventory --sku LAMP-01 --sku LAMP-02"

Calls the services of "make up", otherwise those on the default ports; INVENTORY_ADMIN_URL and ORDER_ADMIN_URL
override the addresses. TOKEN is the operator's token, optional for the services of "make up".`;

/** As the services respond; see `POST /reconciliations` at their `/openapi`. */
interface Report {
  readonly state: "running" | "complete" | "interrupted";
  readonly examined: number;
  readonly sent: Readonly<Record<string, number>>;
  readonly problem?: { readonly detail?: string };
}

const services: readonly ServiceName[] = ["order", "inventory"];

const text = { type: "string" } as const;
const list = { type: "string", multiple: true } as const;
const flag = { type: "boolean", default: false } as const;
const definitions = {
  ...{ service: text, from: text, to: text, order: list, sku: list },
  ...{ "dry-run": flag, json: flag, help: flag },
};

function time(option: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  if (isDateTime(given)) return given;
  throw new UsageError(`${option} must be a time such as 2026-01-31T12:00:00Z, got "${given}"`);
}

/** @returns the exit code */
async function run(args: readonly string[]): Promise<number> {
  const { values: given } = parseOptions(args, definitions);
  if (given.help || args.length === 0) {
    console.log(usage);
    return 0;
  }
  const chosen = services.filter((name) => given.service === undefined || name === given.service);
  if (chosen.length === 0)
    throw new UsageError(`there is no service "${given.service}": use order or inventory`);
  if (given.sku && given.service !== "inventory") throw new UsageError("--sku needs --service inventory");
  const selection = {
    from: time("--from", given.from),
    to: time("--to", given.to),
    orderIds: given.order,
    skus: given.sku,
  };
  if (Object.values(selection).every((value) => value === undefined))
    throw new UsageError("choose with --from, --to, --order or --sku");

  let code = 0;
  for (const service of chosen) {
    const calls = new ServiceCalls(service, process.env);
    const response = await calls.post("/reconciliations", { ...selection, dryRun: given["dry-run"] });
    const progress = new ProgressLine();
    let last: Report | undefined;
    for await (const report of jsonLines<Report>(response)) {
      last = report;
      if (given.json) console.log(JSON.stringify(report));
      else progress.show(`${service}: ${report.examined} examined so far`);
    }
    progress.end();
    if (last?.state !== "complete") code = 1;
    if (!given.json) console.log(summary(service, last, given["dry-run"]));
  }
  return code;
}

function summary(service: ServiceName, last: Report | undefined, dryRun: boolean): string {
  const sent = Object.entries(last?.sent ?? {}).map(([type, count]) => `${count} ${type}`);
  const what = sent.length === 0 ? "nothing" : sent.join(", ");
  const line = `${service}: ${what} ${dryRun ? "would be sent" : "sent"}, ${last?.examined ?? 0} examined`;
  if (last?.state === "complete") return line;
  return `${line}\nit was interrupted: ${last?.problem?.detail ?? "the service ended it."} Do it again`;
}

await runCommand("reconcile", run);
