/** Dead letters over REST, for the operators of the service that owns the queues. */
import { isUtf8 } from "node:buffer";
import {
  type DeadLetterAction,
  type DeadLetters,
  listingLimits,
  MessagingError,
  type OpenedDeadLetter,
  positionOf,
} from "@rabbit-contract/messaging";
import { type Database, listActions, type Transaction } from "@rabbit-contract/postgres";
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { type Caller, nobody } from "../../access/caller.ts";
import { ndjson } from "../../http/ndjson.ts";
import { cursorOf, pageOf } from "../../http/pagination.ts";
import { notFound, unavailable } from "../../http/problem.ts";
import { route } from "../../http/route.ts";
import { uuid } from "../../http/schema.ts";
import type { Logger } from "../../log.ts";
import { stopSignal } from "../../runtime/runtime.ts";
import * as actions from "./action-schemas.ts";
import * as letters from "./letter-schemas.ts";
import { chosenBy, reportsOf } from "./reports.ts";

export interface DeadLetterRoutesOptions {
  readonly deadLetters: DeadLetters<Transaction>;
  readonly database: Pick<Database, "sql">;
  readonly log: Logger;
}

const byPlace = cursorOf(Type.Tuple([Type.String(), Type.String(), Type.String()]));
const byId = cursorOf(Type.Tuple([uuid()]));
const away = { 503: "The broker or the database is away: try again after `Retry-After` seconds" };

/** A plugin for an app made by `createApp`. */
export function deadLetterRoutes({ deadLetters, database, log }: DeadLetterRoutesOptions) {
  const names = deadLetters.queues;

  const act = async (kind: DeadLetterAction["kind"], selection: actions.Selection, from: From) => {
    const action = { kind, operator: from.operator, ...chosenBy(selection) };
    const { dryRun = false } = selection;
    const left = new AbortController();
    const stop = stopSignal(from.request);
    const signal = stop ? AbortSignal.any([left.signal, stop]) : left.signal;
    const run = deadLetters.act(action, { dryRun, signal });
    // Before the answer begins, so that what cannot even start is a problem of its own.
    const first = await translated(() => run.next());
    const reports = reportsOf(run, first, { action: kind, dryRun, log });
    return ndjson({
      next: () => reports.next(),
      return: () => {
        left.abort();
        return reports.return();
      },
    });
  };

  return new Elysia()
    .decorate({ caller: nobody as Caller })
    .get(
      "/dead-letters",
      async ({ query: { queue, limit, after, ...filter } }) => {
        const { queues, ...found } = await translated(() =>
          deadLetters.list({
            ...(queue !== undefined && { queue }),
            filter,
            limit: limit + 1,
            after: byPlace.decode(after),
          }),
        );
        return {
          ...byPlace.page(found.deadLetters, limit, (deadLetter) => [...positionOf(deadLetter)]),
          queues: [...queues],
        };
      },
      route({
        access: "operator",
        summary: "List dead letters",
        description:
          "Messages that were given up, those first that have been dead longest. Looks at the first " +
          `${listingLimits.messages} of each queue, or at ${listingLimits.bytes / 1024 / 1024} MiB of them: ` +
          "`queues` says whether there are more. While somebody looks at a message, nobody else sees it.",
        query: letters.ListQuery(names),
        responses: { 200: { description: "A page of dead letters", body: letters.LetterPage } },
        problems: away,
      }),
    )
    .get(
      "/dead-letters/actions",
      async ({ query: { messageId, runId, limit, after } }) => {
        const [id] = byId.decode(after) ?? [];
        const rows = await listActions(database.sql, { messageId, runId, after: id, limit: limit + 1 });
        return byId.page(rows, limit, (row) => [row.id]);
      },
      route({
        access: "operator",
        summary: "List what was done with dead letters",
        description: "Who replayed or deleted which message, and when; the newest first.",
        query: actions.RecordQuery,
        responses: { 200: { description: "A page of the record", body: pageOf(actions.RecordedAction) } },
      }),
    )
    .get(
      "/dead-letters/:queue/:messageId",
      async ({ params: { queue, messageId } }) => {
        const letter = await translated(() => deadLetters.find(queue, messageId));
        if (letter === undefined) throw notFound("dead letter", messageId);
        return { ...letter, content: shown(letter) };
      },
      route({
        access: "operator",
        summary: "Show a dead letter with its content",
        params: letters.LetterPath(names),
        responses: { 200: { description: "The dead letter", body: letters.OpenedLetter } },
        problems: away,
      }),
    )
    .post(
      "/dead-letters/replay",
      ({ body, caller, request }) => act("replay", body, { operator: caller.subject, request }),
      route({
        access: "operator",
        summary: "Replay dead letters",
        description:
          "Sends them back to their queue with the same id and content, as if they had never failed. Answers " +
          "line by line while it goes on. Interrupted, or sent twice, it loses nothing and repeats nothing in " +
          "its effects; what is left stays dead. One that fails again is dead again.",
        body: actions.Selection(names),
        responses: { 200: reported },
        problems: away,
      }),
    )
    .post(
      "/dead-letters/delete",
      ({ body, caller, request }) => act("delete", body, { operator: caller.subject, request }),
      route({
        access: "operator",
        summary: "Delete dead letters",
        description: "They are gone for good. Answers line by line while it goes on.",
        body: actions.Selection(names),
        responses: { 200: reported },
        problems: away,
      }),
    );
}

const reported = {
  description: "A report a line, until one that is `complete` or `interrupted`",
  body: actions.Report,
  contentType: "application/x-ndjson",
} as const;

interface From {
  readonly operator: string;
  readonly request: Request;
}

/** A broker that is away is no failure of the service. */
async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MessagingError) throw unavailable(`${error.message}.`, 5, error);
    throw error;
  }
}

const shownBytes = 1024 * 1024;

function shown({ content }: OpenedDeadLetter) {
  const encoding: "utf-8" | "base64" = isUtf8(content) ? "utf-8" : "base64";
  return {
    encoding,
    text: content.subarray(0, shownBytes).toString(encoding),
    truncated: content.length > shownBytes,
  };
}
