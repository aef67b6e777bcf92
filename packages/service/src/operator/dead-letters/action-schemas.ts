/** Requests and responses of the calls that act on dead letters. */
import type { ActionProgress, DeadLetterAction } from "@rabbit-contract/messaging";
import { type Static, Type } from "@sinclair/typebox";
import { pageParameters } from "../../http/pagination.ts";
import { closed, dateTime, uuid } from "../../http/schema.ts";
import { reportLines, reportProperties } from "../report-lines.ts";
import { filter, Id, id, MessageId, queueName, Reason } from "./letter-schemas.ts";

export const Selection = (queues: readonly string[]) =>
  closed(
    {
      queue: Type.Optional(queueName(queues)),
      messageId: Type.Optional(MessageId),
      filter: Type.Optional(
        closed(filter, { minProperties: 1, description: "Dead letters that match all of these" }),
      ),
      all: Type.Optional(
        Type.Literal(true, { description: "Every dead letter, of the queue if one is named" }),
      ),
      deadBefore: Type.Optional(
        dateTime(
          "Only those dead-lettered before this time; send the same time again to act on no newer ones",
        ),
      ),
      dryRun: Type.Optional(Type.Boolean({ description: "Only report which ones match" })),
    },
    {
      description: "Exactly one of `messageId`, `filter` and `all`.",
      examples: [{ filter: { reason: "retries-exhausted", olderThanSeconds: 600 }, dryRun: true }],
    },
  );
export type Selection = Static<ReturnType<typeof Selection>>;

const counts = {
  runId: uuid("The record has it for each message"),
  total: Type.Integer({ description: "Dead letters in the chosen queues when it began" }),
  examined: Type.Integer(),
  matched: Type.Integer({ description: "Those that were chosen" }),
  done: Type.Integer(),
  failed: Type.Integer({ description: "Those that the broker refused; they are still dead letters" }),
};

export const Report = Type.Object(
  {
    ...reportProperties,
    action: Type.Union([Type.Literal("replay"), Type.Literal("delete")]),
    ...counts,
    letters: Type.Array(
      Type.Object({
        queue: Type.String(),
        id: Id,
        type: Type.Optional(Type.String()),
        reason: Reason,
        outcome: Type.Union([Type.Literal("done"), Type.Literal("failed"), Type.Literal("matched")]),
        failure: Type.Optional(Type.String()),
      }),
      { description: "Those since the previous line" },
    ),
  },
  {
    ...reportLines,
    examples: [
      {
        state: "running",
        action: "replay",
        dryRun: false,
        runId: id,
        total: 1,
        examined: 1,
        matched: 1,
        done: 1,
        failed: 0,
        letters: [
          {
            queue: "counter.answers",
            id,
            type: "parcel.stored",
            reason: "retries-exhausted",
            outcome: "done",
          },
        ],
      },
    ],
  },
);
export type Report = Static<typeof Report>;

export function reportOf(
  progress: ActionProgress,
  action: DeadLetterAction["kind"],
  dryRun: boolean,
): Report {
  const { results, complete, ...counted } = progress;
  return {
    state: complete ? "complete" : "running",
    action,
    dryRun,
    ...counted,
    letters: results.map(({ deadLetter: { queue, id, type, reason }, failure }) => ({
      queue,
      id,
      ...(type !== undefined && { type }),
      reason,
      outcome: dryRun ? "matched" : failure === undefined ? "done" : "failed",
      ...(failure !== undefined && { failure }),
    })),
  };
}

export const RecordQuery = closed({
  messageId: Type.Optional(Id),
  runId: Type.Optional(uuid("Of one replay or deletion")),
  ...pageParameters,
});

export const RecordedAction = Type.Object(
  {
    id: uuid(),
    runId: uuid("Shared by everything that one call did"),
    operator: Type.String(),
    action: Type.Union([Type.Literal("replay"), Type.Literal("delete")]),
    selection: Type.Record(Type.String(), Type.Unknown(), { description: "What the operator chose" }),
    queue: Type.String(),
    messageId: Id,
    type: Type.Optional(Type.String()),
    reason: Type.String({ description: "Why it was dead-lettered" }),
    failureReason: Type.Optional(Type.String()),
    startedAt: dateTime("Recorded before it is done"),
    outcome: Type.Union([Type.Literal("done"), Type.Literal("failed"), Type.Literal("unknown")], {
      description:
        "`unknown` while it is running, and when it was interrupted: it may or may not have been done",
    }),
    failure: Type.Optional(Type.String()),
    endedAt: Type.Optional(dateTime()),
  },
  {
    examples: [
      {
        id,
        runId: id,
        operator: "ada@example.com",
        action: "replay",
        selection: { filter: { reason: "retries-exhausted" } },
        queue: "counter.answers",
        messageId: id,
        type: "parcel.stored",
        reason: "retries-exhausted",
        failureReason: "Error: the parcel is unknown",
        startedAt: "2026-03-14T10:00:00.000Z",
        outcome: "done",
        endedAt: "2026-03-14T10:00:00.012Z",
      },
    ],
  },
);
