/** What an action on dead letters is asked for, and what it reports. */
import { type ActionProgress, type DeadLetterAction, MessagingError } from "@rabbit-contract/messaging";
import { isUnavailable } from "@rabbit-contract/postgres";
import { invalidInput } from "../../http/problem.ts";
import type { Logger } from "../../log.ts";
import type { Report, Selection } from "./action-schemas.ts";

/** @throws ProblemError 422 unless exactly one way of choosing is used */
export function chosenBy({ queue, messageId, filter, all }: Selection) {
  const ways = [messageId, filter, all].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw invalidInput([
      { pointer: "", detail: "choose with exactly one of `messageId`, `filter` and `all`" },
    ]);
  }
  return {
    ...(queue !== undefined && { queue }),
    filter: { ...filter, ...(messageId !== undefined && { messageId }) },
  };
}

interface Run {
  readonly action: DeadLetterAction["kind"];
  readonly dryRun: boolean;
  readonly log: Logger;
}

/** Ends with a report that is not `running`, whatever happens; never throws. */
export async function* reportsOf(
  run: AsyncGenerator<ActionProgress, void>,
  first: IteratorResult<ActionProgress, void>,
  { action, dryRun, log }: Run,
): AsyncGenerator<Report, void> {
  let last: Report | undefined;
  try {
    for (let result = first; !result.done; result = await run.next()) {
      const { results, complete, ...counts } = result.value;
      last = {
        state: complete ? "complete" : "running",
        action,
        dryRun,
        ...counts,
        letters: results.map(({ deadLetter: { queue, id, type, reason }, failure }) => ({
          queue,
          id,
          ...(type !== undefined && { type }),
          reason,
          outcome: dryRun ? "matched" : failure === undefined ? "done" : "failed",
          ...(failure !== undefined && { failure }),
        })),
      };
      yield last;
    }
    if (last?.state === "running") yield { ...last, state: "interrupted", letters: [] };
  } catch (error) {
    log.error({ err: error, runId: last?.runId }, "an action on dead letters was interrupted");
    if (last) yield { ...last, state: "interrupted", letters: [], problem: interruption(error) };
  } finally {
    await run.return();
  }
}

function interruption(error: unknown) {
  const detail =
    error instanceof MessagingError
      ? error.message
      : isUnavailable(error)
        ? "The database is away."
        : "The reason is in the log.";
  const status = error instanceof MessagingError || isUnavailable(error) ? 503 : 500;
  return { type: "urn:problem:interrupted", title: "It was interrupted; send it again", status, detail };
}
