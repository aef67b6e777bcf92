/** Long work answers line by line, one JSON report per line, until one that is not `running`. */
import { MessagingError } from "@rabbit-contract/messaging";
import { databaseFaultOf } from "@rabbit-contract/postgres";
import { type Static, Type } from "@sinclair/typebox";
import { Problem } from "../http/problem.ts";
import type { Logger } from "../log.ts";
import { stopSignal } from "../runtime/runtime.ts";

/** To be spread into the schema of a report. */
export const reportProperties = {
  state: Type.Union([Type.Literal("running"), Type.Literal("complete"), Type.Literal("interrupted")], {
    description: "The last line is one that is not `running`. An interrupted call can be sent again",
  }),
  dryRun: Type.Boolean(),
  problem: Type.Optional(Problem),
};

/** Options of the schema of a report. */
export const reportLines = {
  contentMediaType: "application/x-ndjson",
  description: "One report per line, until one that is `complete` or `interrupted`",
};

type Reported = Pick<Static<ReturnType<typeof anyReport>>, "state" | "problem">;
const anyReport = () => Type.Object(reportProperties);

export interface ReportedWork<Progress, Report extends Reported> {
  readonly request: Request;
  /** Reports its progress; ends when `signal` is aborted: the client has left, or the server stops. */
  readonly work: (signal: AbortSignal) => AsyncGenerator<Progress, void>;
  readonly reportOf: (progress: Progress) => Report;
  /** Members of a report that cover only the time since the previous line, with their empty values. */
  readonly nothingNew?: Partial<Report>;
  readonly log: Logger;
}

const encoder = new TextEncoder();

/**
 * Answers with the reports. The next one is made only when the client has read the last. Rejects if `work` fails before
 * its first report, with the same error, so that the response is a problem document.
 */
export async function answerInLines<Progress, Report extends Reported>(
  options: ReportedWork<Progress, Report>,
): Promise<Response> {
  const left = new AbortController();
  const stop = stopSignal(options.request);
  const run = options.work(stop ? AbortSignal.any([left.signal, stop]) : left.signal);
  const reports = reportsOf(run, await run.next(), options);
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await reports.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
      },
      async cancel() {
        left.abort();
        await reports.return();
      },
    },
    { highWaterMark: 0 },
  );
  // nginx would otherwise hold lines back to fill its buffer.
  const headers = { "content-type": reportLines.contentMediaType, "x-accel-buffering": "no" };
  return new Response(body, { headers });
}

/** Ends with a report that is not `running`; never throws. */
async function* reportsOf<Progress, Report extends Reported>(
  run: AsyncGenerator<Progress, void>,
  first: IteratorResult<Progress, void>,
  { reportOf, nothingNew, log }: ReportedWork<Progress, Report>,
): AsyncGenerator<Report, void> {
  let last: Report | undefined;
  try {
    for (let result = first; !result.done; result = await run.next()) {
      last = reportOf(result.value);
      yield last;
    }
    if (last?.state === "running") yield { ...last, ...nothingNew, state: "interrupted" };
    else log.info("operation complete");
  } catch (err) {
    log.error({ err }, "operation interrupted");
    if (last) yield { ...last, ...nothingNew, state: "interrupted", problem: interruption(err) };
  } finally {
    await run.return();
  }
}

function interruption(error: unknown) {
  const away = (databaseFaultOf(error) ?? "caller") !== "caller";
  const reason = away ? "The database cannot be used at present." : "The reason is in the log.";
  return {
    type: "urn:problem:interrupted",
    title: "It was interrupted; send it again",
    status: away || error instanceof MessagingError ? 503 : 500,
    detail: error instanceof MessagingError ? error.message : reason,
  };
}
