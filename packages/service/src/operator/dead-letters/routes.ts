/** Dead letters over REST, including messages parked in the outbox, for the operators of the service. */
import { isUtf8 } from "node:buffer";
import {
  type ActionProgress,
  type DeadLetterAction,
  type DeadLetterStore,
  listingLimits,
  MessagingError,
  type OpenedDeadLetter,
  positionOf,
} from "@rabbit-contract/messaging";
import { type Database, listActions } from "@rabbit-contract/postgres";
import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { access } from "../../access/access.ts";
import type { Caller } from "../../access/caller.ts";
import { cursorOf, pageOf } from "../../http/pagination.ts";
import { invalidInput, notFound, problem, unavailable } from "../../http/problem.ts";
import { uuid } from "../../http/schema.ts";
import type { Logger } from "../../log.ts";
import { answerInLines } from "../report-lines.ts";
import { deadLetterRights } from "../rights.ts";
import * as actions from "./action-schemas.ts";
import * as letters from "./letter-schemas.ts";

export interface DeadLetterRoutesOptions {
  readonly deadLetters: DeadLetterStore;
  readonly database: Pick<Database, "sql">;
  readonly log: Logger;
}

const byPlace = cursorOf(Type.Tuple([Type.String(), Type.String(), Type.String()]));
const byId = cursorOf(Type.Tuple([uuid()]));
const away = problem("The broker or the database is unavailable: try again after `Retry-After` seconds");

/** For a typed client. */
export type DeadLetterApp = ReturnType<typeof deadLetterRoutes>;

/** A plugin for an app made by `createApp`. */
export function deadLetterRoutes({ deadLetters, database, log }: DeadLetterRoutesOptions) {
  const names = deadLetters.queues;

  async function act(
    kind: DeadLetterAction["kind"],
    selection: actions.Selection,
    caller: Caller,
    request: Request,
  ) {
    const { subject: operator } = caller;
    const { dryRun = false } = selection;
    const action = { kind, operator, ...chosenBy(selection) };
    return translated(() =>
      answerInLines<ActionProgress, actions.Report>({
        request,
        work: (signal) => deadLetters.act(action, { dryRun, signal }),
        reportOf: (progress) => actions.reportOf(progress, kind, dryRun),
        nothingNew: { letters: [] },
        log: log.child({ action: kind, operator }),
      }),
    );
  }

  return new Elysia({ name: "dead-letters", tags: ["operators"] })
    .use(access)
    .get(
      "/dead-letters",
      async ({ query: { queue, limit, after, ...filter } }) => {
        let queues: LetterPage["queues"] = [];
        const page = await byPlace.page(
          { limit, after },
          async (place, count) => {
            const found = await translated(() =>
              deadLetters.list({ ...(queue !== undefined && { queue }), filter, limit: count, after: place }),
            );
            queues = [...found.queues];
            return found.deadLetters;
          },
          (letter) => [...positionOf(letter)],
        );
        return { ...page, queues };
      },
      {
        access: deadLetterRights.list,
        query: letters.ListQuery(names),
        response: { 200: letters.LetterPage, 503: away },
        detail: {
          summary: "List dead letters",
          description:
            "Messages that were given up, oldest first: those in dead-letter queues, and those that are " +
            "parked in the service's outbox because the broker refuses them. Reads the first " +
            `${listingLimits.messages} of each queue, or at ${listingLimits.bytes / 1024 / 1024} MiB of them: ` +
            "`queues` says whether there are more. A message that one call reads is hidden from the others.",
        },
      },
    )
    .get(
      "/dead-letters/actions",
      ({ query: { messageId, runId, ...query } }) =>
        byId.page(
          query,
          (after, limit) => listActions(database.sql, { messageId, runId, after: after?.[0], limit }),
          (row) => [row.id],
        ),
      {
        access: deadLetterRights.list,
        query: actions.RecordQuery,
        response: { 200: pageOf(actions.RecordedAction, "A page of the record") },
        detail: {
          summary: "List actions on dead letters",
          description: "Who replayed or deleted which message, and when; newest first.",
        },
      },
    )
    .get(
      "/dead-letters/:queue/:messageId",
      async ({ params: { queue, messageId } }) => {
        const letter = await translated(() => deadLetters.find(queue, messageId));
        if (letter === undefined) throw notFound("dead letter", messageId);
        return { ...letter, content: shown(letter) };
      },
      {
        access: deadLetterRights.show,
        params: letters.LetterPath(names),
        response: { 200: letters.OpenedLetter, 503: away },
        detail: { summary: "Show a dead letter with its content" },
      },
    )
    .post("/dead-letters/replay", ({ body, caller, request }) => act("replay", body, caller, request), {
      access: deadLetterRights.replay,
      body: actions.Selection(names),
      response: { 200: actions.Report, 503: away },
      detail: {
        summary: "Replay dead letters",
        description:
          "Sends them back to their queue, or to the outbox, with the same id and content, as if they had never " +
          "failed. Answers " +
          "line by line while it runs. Interrupted, or sent twice, it loses nothing and repeats nothing in " +
          "its effects; the rest stay dead letters. One that fails again becomes a dead letter again.",
      },
    })
    .post("/dead-letters/delete", ({ body, caller, request }) => act("delete", body, caller, request), {
      access: deadLetterRights.delete,
      body: actions.Selection(names),
      response: { 200: actions.Report, 503: away },
      detail: {
        summary: "Delete dead letters",
        description:
          "They are deleted for good. Answers line by line while it runs. Sent again, it also deletes those that were " +
          "dead-lettered since, unless `deadBefore` excludes them.",
      },
    });
}

type LetterPage = Static<typeof letters.LetterPage>;

/** A broker that is down is not a failure of the service: 503. */
async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof MessagingError) throw unavailable(`${error.message}.`, 5, error);
    throw error;
  }
}

/** @throws ProblemError 422 unless exactly one way of choosing is used */
function chosenBy({ queue, messageId, filter, all, deadBefore }: actions.Selection) {
  const ways = [messageId, filter, all].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    const detail = "choose with exactly one of `messageId`, `filter` and `all`";
    throw invalidInput([{ pointer: "", detail }]);
  }
  return {
    ...(queue !== undefined && { queue }),
    filter: {
      ...filter,
      ...(messageId !== undefined && { messageId }),
      ...(deadBefore !== undefined && { deadBefore }),
    },
  };
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
