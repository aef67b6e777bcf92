import type { DeadLetterReport } from "@rabbit-contract/service/operator";
import { table } from "../../table.ts";
import type { Action, Letter, OpenedLetter, QueueStatus } from "./client.ts";

/** One row per dead letter, with its failure below. */
export function letterTable(letters: readonly Letter[], now = Date.now()): string {
  const head = ["dead for", "queue", "type", "reason", "attempts", "id", "trace"];
  const rows = letters.map((letter) => [
    letter.deadLetteredAt === undefined ? "?" : age(now - Date.parse(letter.deadLetteredAt)),
    letter.queue,
    letter.type ?? "",
    letter.reason,
    String(letter.attempts),
    letter.id,
    letter.traceId ?? "",
  ]);
  const [first = "", ...lines] = table([head, ...rows], "").split("\n");
  const failures = letters.map(({ failureReason }) =>
    failureReason ? `\n    ${oneLine(failureReason)}` : "",
  );
  return [first, ...lines.map((line, index) => line + failures[index])].join("\n");
}

/** Totals, and how many a listing did not read. */
export function statusLines(statuses: readonly QueueStatus[], shown: number, more: boolean): string[] {
  const total = statuses.reduce((sum, { messages }) => sum + messages, 0);
  const where = statuses.map(({ queue }) => queue).join(", ");
  if (total === 0) return [`no dead letters in ${where}`];
  const lines = [`${shown} of ${total} dead ${total === 1 ? "letter" : "letters"} in ${where}`];
  if (more) lines.push("there are more that fit: raise --limit, or filter");
  for (const { queue, messages, examined } of statuses) {
    if (examined >= messages) continue;
    lines.push(
      `of ${queue} only ${examined} of ${messages} were examined: the others are listed once some of these are ` +
        "replayed or deleted, which has no such limit",
    );
  }
  return lines;
}

export function letterDetails({ headers, content, ...letter }: OpenedLetter): string {
  const fields = Object.entries(letter).map(([name, value]) => [name, oneLine(String(value))]);
  const own = Object.entries(headers).map(([name, value]) => [name, oneLine(String(value))]);
  const note = content.truncated ? " (the first MiB)" : "";
  return [
    table(fields, ""),
    "headers",
    table(own),
    `content, ${content.encoding}${note}`,
    pretty(content.text),
  ].join("\n");
}

export function actionTable(actions: readonly Action[]): string {
  const rows = actions.map((one) => [
    one.startedAt,
    one.operator,
    one.action,
    one.outcome,
    one.queue,
    one.type ?? "",
    one.reason,
    one.messageId,
  ]);
  return table([["at", "operator", "action", "outcome", "queue", "type", "was dead for", "id"], ...rows], "");
}

export function progressOf({ total, examined, done, failed }: DeadLetterReport, verb: string): string {
  const failures = failed > 0 ? `, ${failed} failed` : "";
  return `${examined} of ${total} examined, ${done} ${verb}${failures}`;
}

export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86_400)}d`;
}

/** Untrusted text must not move the cursor or change colours. */
function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches them on purpose
  return text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ");
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches them on purpose
    return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "\u{fffd}");
  }
}
