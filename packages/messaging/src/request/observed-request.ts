import { MessagingError } from "../errors.ts";
import type { OutboxMessage } from "../message/message.ts";
import type { Observer, RequestFailure } from "../observer.ts";

/** Sends a request and reports its end. */
export async function observedRequest<Reply>(
  observer: Observer | undefined,
  message: OutboxMessage,
  send: (message: OutboxMessage) => Promise<Reply>,
  signal: AbortSignal | undefined,
): Promise<Reply> {
  const observed = observer?.request(message);
  let reply: Reply;
  try {
    reply = await send(observed?.message ?? message);
  } catch (error) {
    observed?.failed(failureOf(error, signal));
    throw error;
  }
  observed?.answered();
  return reply;
}

function failureOf(error: unknown, signal: AbortSignal | undefined): RequestFailure {
  if (error instanceof MessagingError) return error.code;
  return signal?.aborted ? "aborted" : "other";
}
