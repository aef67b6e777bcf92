/** What the calls that act on dead letters take and give. */
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
      filter: Type.Optional(closed(filter, { minProperties: 1, description: "What fits all of these" })),
      all: Type.Optional(
        Type.Literal(true, { description: "Every dead letter, of the queue if one is named" }),
      ),
      deadBefore: Type.Optional(
        dateTime(
          "Only those dead-lettered before; the same when sent again, so that it takes none that nobody has seen",
        ),
      ),
      dryRun: Type.Optional(Type.Boolean({ description: "Only tell which it would be" })),
    },
    {
      description: "Exactly one of `messageId`, `filter` and `all`.",
      examples: [{ filter: { reason: "retries-exhausted", olderThanSeconds: 600 }, dryRun: true }],
    },
  );
export type Selection = Static<ReturnType<typeof Selection>>;

const counts = {
  runId: uuid("The record has it beside each message"),
  total: Type.Integer({ description: "Dead letters in the chosen queues when it began" }),
  examined: Type.Integer(),
  matched: Type.Integer({ description: "Those that were chosen" }),
  done: Type.Integer(),
  failed: Type.Integer({ description: "Those that the broker did not take; they are still dead" }),
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
      { description: "Those since the line before" },
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
    runId: uuid("The same for everything that one call did"),
    operator: Type.String(),
    action: Type.Union([Type.Literal("replay"), Type.Literal("delete")]),
    selection: Type.Record(Type.String(), Type.Unknown(), { description: "What the operator chose" }),
    queue: Type.String(),
    messageId: Id,
    type: Type.Optional(Type.String()),
    reason: Type.String({ description: "Why it was dead" }),
    failureReason: Type.Optional(Type.String()),
    startedAt: dateTime("Recorded before it is done"),
    outcome: Type.Union([Type.Literal("done"), Type.Literal("failed"), Type.Literal("unknown")], {
      description:
        "`unknown` while it is under way, and when it was cut short: it may have been done, or not",
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
