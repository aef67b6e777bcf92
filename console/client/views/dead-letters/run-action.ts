/** Replays or deletes dead letters; the service reports line by line. */
import type { DeadLetterReport } from "@rabbit-contract/service/operator";
import { callError } from "../../api/problem.ts";
import { readText, request } from "../../api/request.ts";
import type { deadLettersOf, Service } from "../../api/rest.ts";
import { authorization } from "../../session/session.ts";

export type Kind = "replay" | "delete";
export type Report = DeadLetterReport;
export type Selection = NonNullable<Parameters<ReturnType<typeof deadLettersOf>["replay"]["post"]>[0]>;

interface RunOptions {
  readonly service: Service;
  readonly kind: Kind;
  readonly selection: Selection;
  readonly signal: AbortSignal;
  onReport(report: Report): void;
}

/** @throws CallError when it was refused, or interrupted */
export async function runAction({ service, kind, selection, signal, onReport }: RunOptions): Promise<void> {
  const response = await request(`/api/${service}-admin/dead-letters/${kind}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...authorization() },
    body: JSON.stringify(selection),
    signal,
  });
  let rest = "";
  let last: Report | undefined;
  await readText(response, (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      last = JSON.parse(line) as Report;
      onReport(last);
    }
  });
  if (last?.state === "complete") return;
  throw callError(
    last?.problem?.status ?? 0,
    last?.problem ?? { title: "The connection was lost before the end; run it again" },
  );
}
