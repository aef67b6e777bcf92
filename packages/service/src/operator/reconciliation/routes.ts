/** Reconciliation over REST, for operators of the service that sends the messages. */

import { type Database, isUnavailable } from "@rabbit-contract/postgres";
import { type Static, type TObject, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { type Caller, nobody } from "../../access/caller.ts";
import { ndjson } from "../../http/ndjson.ts";
import { invalidInput, Problem } from "../../http/problem.ts";
import { route } from "../../http/route.ts";
import { closed } from "../../http/schema.ts";
import type { Logger } from "../../log.ts";
import { stopSignal } from "../../runtime/runtime.ts";
import { type Progress, reconcile, type Source } from "./reconcile.ts";
import { ranged } from "./selection.ts";

export interface ReconciliationRoutesOptions<Selection extends TObject> {
  readonly database: Database;
  readonly log: Logger;
  /** What is told again, for the OpenAPI document. */
  readonly description: string;
  /** The ways to choose beside a range of time, each optional; the body must use exactly one way. */
  readonly selection: Selection;
  readonly examples: readonly object[];
  readonly sourcesOf: (chosen: Chosen<Selection>) => readonly Source[];
}

export type Chosen<Selection extends TObject> = Static<Selection> & Static<typeof ranged>;

export const ReconciliationReport = Type.Object(
  {
    state: Type.Union([Type.Literal("running"), Type.Literal("complete"), Type.Literal("interrupted")], {
      description: "The last line is one that is not `running`. Whatever was interrupted can be sent again",
    }),
    dryRun: Type.Boolean(),
    examined: Type.Integer({ description: "Orders, reservations or products that were looked at" }),
    sent: Type.Record(Type.String(), Type.Integer(), { description: "Messages by type" }),
    problem: Type.Optional(Problem),
  },
  {
    $id: "ReconciliationReport",
    examples: [{ state: "complete", dryRun: false, examined: 2, sent: { "order.created": 2 } }],
  },
);
type Report = Static<typeof ReconciliationReport>;

/** A plugin for an app made by `createApp`. */
export function reconciliationRoutes<Selection extends TObject>(
  options: ReconciliationRoutesOptions<Selection>,
) {
  const { database, log, description, selection, examples, sourcesOf } = options;
  const body = closed(
    {
      ...ranged.properties,
      ...selection.properties,
      dryRun: Type.Optional(Type.Boolean({ description: "Send nothing, only count" })),
    },
    { examples: [...examples] },
  );
  const requireOneWay = (given: object) => {
    const names = Object.keys(given).filter((name) => name !== "dryRun");
    const ways = new Set(names.map((name) => (name in ranged.properties ? "a range of time" : name)));
    if (ways.size === 1) return;
    const known = Object.keys(selection.properties).map((name) => `\`${name}\``);
    const detail = `choose in exactly one way: by \`from\` and \`to\`, or by ${known.join(", or by ")}`;
    throw invalidInput([{ pointer: "", detail }]);
  };

  return new Elysia().decorate({ caller: nobody as Caller }).post(
    "/reconciliations",
    async ({ body: { dryRun = false, ...given }, caller, request }) => {
      requireOneWay(given);
      const left = new AbortController();
      const stop = stopSignal(request);
      const signal = stop ? AbortSignal.any([left.signal, stop]) : left.signal;
      const run = reconcile({ database, sources: sourcesOf(given), dryRun, signal });
      // Before the answer begins, so that a database that is away is a problem of its own.
      const first = await run.next();
      const reports = reportsOf(run, first, dryRun, log.child({ operator: caller.subject }));
      return ndjson({
        next: () => reports.next(),
        return: () => {
          left.abort();
          return reports.return();
        },
      });
    },
    route({
      summary: "Send messages again that others may have missed",
      access: "operator",
      description:
        `${description} Consumers go by what the messages say, so one that was not missed changes nothing. Answers ` +
        "line by line while it goes on.",
      body,
      responses: {
        200: {
          description: "A report a line, until one that is `complete` or `interrupted`",
          body: ReconciliationReport,
          contentType: "application/x-ndjson",
        },
      },
    }),
  );
}

/** Ends with a report that is not `running`, whatever happens; never throws. */
async function* reportsOf(
  run: AsyncGenerator<Progress, void>,
  first: IteratorResult<Progress, void>,
  dryRun: boolean,
  log: Logger,
): AsyncGenerator<Report, void> {
  let last: Report = { state: "running", dryRun, examined: 0, sent: {} };
  try {
    for (let result = first; !result.done; result = await run.next()) {
      const { complete, examined, sent } = result.value;
      last = { state: complete ? "complete" : "running", dryRun, examined, sent: { ...sent } };
      yield last;
    }
    if (last.state === "running") yield { ...last, state: "interrupted" };
    else log.info({ ...last }, "reconciled");
  } catch (error) {
    log.error({ err: error }, "a reconciliation was interrupted");
    const away = isUnavailable(error);
    const problem = {
      type: "urn:problem:interrupted",
      title: "It was interrupted; send it again",
      status: away ? 503 : 500,
      detail: away ? "The database is away." : "The reason is in the log.",
    };
    yield { ...last, state: "interrupted", problem };
  } finally {
    await run.return();
  }
}
