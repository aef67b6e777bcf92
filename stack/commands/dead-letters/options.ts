import { type ServiceName, serviceNames } from "../../names.ts";
import { parseOptions, UsageError } from "../command-line.ts";

export const commands = ["list", "show", "replay", "delete", "history"] as const;
export type Command = (typeof commands)[number];

export interface Options {
  readonly command: Command;
  /** The services to call: the one named, directly or by its queue, or all. */
  readonly services: readonly ServiceName[];
  readonly queue: string | undefined;
  readonly id: string | undefined;
  /** Named as in the REST calls. */
  readonly filter: Readonly<Record<string, string | number>>;
  readonly all: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly limit: number;
}

export const usage = `usage: make dead-letters ARGS="COMMAND [OPTIONS]"

  list       dead letters, and messages parked in outboxes, oldest first
  show       one of them, with headers and content
  replay     return them to their queue or outbox, as if they had never failed
  delete     remove them permanently
  history    who replayed or deleted which of them, and when

Which:
  --service NAME      ${serviceNames.join(", ")}; list and history default to all
  --queue NAME        for example order.stock, or order.outbox for messages that the broker refused; implies the service
  --id ID             the id that list shows; selects all copies of the message
  --reason KIND       undecodable, invalid, unknown-message, rejected, retries-exhausted, quarantined, other; in an outbox
                      exchange-missing, not-permitted, unroutable, too-large, unencodable, refused
  --failure TEXT      part of the last attempt's error
  --type TYPE         for example stock.reserved
  --min-attempts N    failed at least this often
  --older-than AGE    dead for at least this long: 30s, 15m, 2h, 7d
  --trace ID          W3C trace id
  --correlation ID    the order or product it is about
  --all               all of them; for replay and delete

How:
  --dry-run           only show what would be replayed or deleted
  --limit N           maximum rows (default 50)
  --json              print the services' responses, one JSON document per line

Examples:
  make dead-letters ARGS="list"
  make dead-letters ARGS="list --service order --reason retries-exhausted --older-than 1h"
  make dead-letters ARGS="show --queue order.stock --id 0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"
  make dead-letters ARGS="replay --queue order.stock --failure 'is unknown' --dry-run"
  make dead-letters ARGS="replay --service order --all"
  make dead-letters ARGS="delete --service inventory --reason undecodable --older-than 7d"

Calls the services of "make up", otherwise those on the default ports; INVENTORY_ADMIN_URL, ORDER_ADMIN_URL
and NOTIFICATION_ADMIN_URL override the addresses. The audit record names the subject of the token in TOKEN; for the services of
"make up", TOKEN is optional: then it names your user.`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const definitions = {
  service: text,
  queue: text,
  id: text,
  reason: text,
  failure: text,
  type: text,
  "min-attempts": text,
  "older-than": text,
  trace: text,
  correlation: text,
  all: flag,
  "dry-run": flag,
  limit: { ...text, default: "50" },
  json: flag,
  help: { ...flag, short: "h" },
} as const;

/** @returns undefined if help is requested. @throws UsageError */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parseOptions(args, definitions, true);
  if (values.help || (positionals.length === 0 && args.length === 0)) return undefined;
  const [name, ...more] = positionals;
  const command = commands.find((one) => one === name);
  if (command === undefined)
    throw new UsageError(`"${name ?? ""}" is not a command: use ${commands.join(", ")}`);
  if (more.length > 0) throw new UsageError(`"${more.join(" ")}" is unexpected after ${command}`);

  const { reason, failure, type, "min-attempts": attempts, "older-than": age, trace, correlation } = values;
  const filter = {
    ...(reason !== undefined && { reason }),
    ...(failure !== undefined && { failureReason: failure }),
    ...(type !== undefined && { type }),
    ...(attempts !== undefined && { minAttempts: count("--min-attempts", attempts) }),
    ...(age !== undefined && { olderThanSeconds: seconds(age) }),
    ...(trace !== undefined && { traceId: trace }),
    ...(correlation !== undefined && { correlationId: correlation }),
  };
  const service = values.service ?? values.queue?.split(".", 1)[0];
  const options: Options = {
    command,
    services: service === undefined ? serviceNames : [serviceOf(service, values.queue)],
    queue: values.queue,
    id: values.id,
    filter,
    all: values.all,
    dryRun: values["dry-run"],
    json: values.json,
    limit: count("--limit", values.limit),
  };
  requireChoice(options);
  return options;
}

/** Replaying and deleting need an explicit selection. */
function requireChoice({ command, services, queue, id, filter, all }: Options): void {
  const filtered = Object.keys(filter).length > 0;
  if (command === "show" && (queue === undefined || id === undefined)) {
    throw new UsageError("show needs --queue and --id, as list shows them");
  }
  if (command !== "replay" && command !== "delete") return;
  if (services.length > 1) throw new UsageError(`${command} needs --service or --queue`);
  if ([id !== undefined, filtered, all].filter(Boolean).length !== 1) {
    throw new UsageError(
      `${command} needs exactly one way to choose: --id, or --all, or conditions such as --reason, --type and ` +
        "--older-than",
    );
  }
}

function serviceOf(name: string, queue: string | undefined): ServiceName {
  const service = serviceNames.find((one) => one === name);
  if (service === undefined) {
    throw new UsageError(`there is no service "${name}": use ${serviceNames.join(", ")}`);
  }
  if (queue !== undefined && !queue.startsWith(`${service}.`)) {
    throw new UsageError(`the queue "${queue}" is not one of the service ${service}`);
  }
  return service;
}

function count(option: string, given: string): number {
  if (/^\d{1,6}$/.test(given)) return Number(given);
  throw new UsageError(`${option} must be a whole number, got "${given}"`);
}

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function seconds(given: string): number {
  const [, amount = "", unit = ""] = /^(\d{1,5})([smhd])$/.exec(given) ?? [];
  const size = unitSeconds[unit];
  if (size !== undefined) return Number(amount) * size;
  throw new UsageError(`--older-than must be an age such as 30s, 15m, 2h or 7d, got "${given}"`);
}
