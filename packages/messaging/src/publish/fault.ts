import { replyCode } from "../connection/channel.ts";
import { MessagingError, type RefusalReason } from "../errors.ts";

/** What the broker says when it closes a channel because of a message that was published on it. */
export interface PublishFault {
  /** AMQP reply code. */
  readonly code: number;
  readonly text: string;
}

/** `basic.publish`, as the broker names the method at fault. */
const [publishClass, publishMethod] = [60, 40];

/** @returns undefined for an error with any other cause */
export function publishFault(error: unknown): PublishFault | undefined {
  let cause = error;
  while (cause instanceof MessagingError && cause.code === "channel-closed") cause = cause.cause;
  const code = replyCode(cause);
  if (code === undefined || !(cause instanceof Error)) return undefined;
  const atFault =
    "classId" in cause &&
    cause.classId === publishClass &&
    "methodId" in cause &&
    cause.methodId === publishMethod;
  if (!atFault) return undefined;
  return { code, text: /with message "(.*)"$/s.exec(cause.message)?.[1] ?? cause.message };
}

/** The exchange that the broker names, if it does. */
export function exchangeIn({ text }: PublishFault): string | undefined {
  return /exchange '(.*)' in vhost /s.exec(text)?.[1];
}

export function reasonOf({ code, text }: PublishFault): RefusalReason {
  if (code === 404) return "exchange-missing";
  if (code === 403) return "not-permitted";
  return code === 311 || /message size/i.test(text) ? "too-large" : "refused";
}
