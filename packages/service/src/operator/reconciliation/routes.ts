/** Reconciliation over REST, for operators of the service that sends the messages. */

import type { Database } from "@rabbit-contract/postgres";
import { type Static, type TObject, Type } from "@sinclair/typebox";
import { sql } from "drizzle-orm";
import { Elysia } from "elysia";
import { access } from "../../access/access.ts";
import { invalidInput } from "../../http/problem.ts";
import { closed } from "../../http/schema.ts";
import type { Logger } from "../../log.ts";
import { answerInLines, reportLines, reportProperties } from "../report-lines.ts";
import { reconciliationRights } from "../rights.ts";
import { reconcile, type Source } from "./reconcile.ts";
import { ranged } from "./selection.ts";
import type { TimeRange } from "./time-range.ts";

export interface ReconciliationRoutesOptions<Selection extends TObject> {
  readonly database: Database;
  readonly log: Logger;
  /** What is sent again, for the OpenAPI document. */
  readonly description: string;
  /** The ways to select other than by a range of time, each optional; the body must use exactly one way. */
  readonly selection: Selection;
  readonly sourcesOf: (chosen: Chosen<Selection>) => readonly Source[];
}

type Chosen<Selection extends TObject> = Static<Selection> & Static<typeof ranged>;

/** Compared by the database, because it interprets the times. @throws ProblemError 422 when nothing can be in it */
async function requireRange({ sql: executor }: Database, { from, to }: TimeRange): Promise<void> {
  if (from === undefined || to === undefined) return;
  const { rows } = await executor.execute<{ empty: boolean }>(
    sql`select ${from}::timestamptz >= ${to}::timestamptz as empty`,
  );
  if (rows[0]?.empty) throw invalidInput([{ pointer: "/to", detail: `must be after \`from\`, ${from}` }]);
}

const Report = Type.Object(
  {
    ...reportProperties,
    examined: Type.Integer({ description: "Entities that were read" }),
    sent: Type.Record(Type.String(), Type.Integer(), { description: "Messages by type" }),
  },
  {
    ...reportLines,
    examples: [{ state: "complete", dryRun: false, examined: 2, sent: { "account.opened": 2 } }],
  },
);

/** A plugin for an app made by `createApp`. */
export function reconciliationRoutes<Selection extends TObject>(
  options: ReconciliationRoutesOptions<Selection>,
) {
  const { database, log, description, selection, sourcesOf } = options;
  const body = closed(
    {
      ...ranged.properties,
      ...selection.properties,
      dryRun: Type.Optional(Type.Boolean({ description: "Send nothing, only count" })),
    },
    { examples: [{ from: "2026-01-31T12:00:00.000Z", to: "2026-01-31T13:00:00.000Z", dryRun: true }] },
  );
  const requireOneWay = (given: object) => {
    const names = Object.keys(given).filter((name) => name !== "dryRun");
    const ways = new Set(names.map((name) => (name in ranged.properties ? "a range of time" : name)));
    if (ways.size === 1) return;
    const known = Object.keys(selection.properties).map((name) => `\`${name}\``);
    const detail = `choose in exactly one way: by \`from\` and \`to\`, or by ${known.join(", or by ")}`;
    throw invalidInput([{ pointer: "", detail }]);
  };

  return new Elysia({ name: "reconciliation", tags: ["operators"] }).use(access).post(
    "/reconciliations",
    async ({ body: { dryRun = false, ...given }, caller, request }) => {
      requireOneWay(given);
      await requireRange(database, given);
      return answerInLines({
        request,
        work: (signal) => reconcile({ database, sources: sourcesOf(given), dryRun, signal }),
        reportOf: ({ complete, examined, sent }) => ({
          state: complete ? "complete" : "running",
          dryRun,
          examined,
          sent: { ...sent },
        }),
        log: log.child({ action: "reconcile", operator: caller.subject }),
      });
    },
    {
      access: reconciliationRights.reconcile,
      body,
      response: { 200: Report },
      detail: {
        summary: "Send messages again that other services may have missed",
        description:
          `${description} Consumers compare them with their own state, so one that was not missed changes nothing. ` +
          "Answers line by line while it runs.",
      },
    },
  );
}
