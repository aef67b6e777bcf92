import type { Channel, ChannelModel } from "amqplib";
import { MessagingError } from "../errors.ts";
import { Backoff, pause } from "../pause.ts";
import type { Connection } from "./connection.ts";

/** A channel and the end of it. */
export interface OpenChannel<Kind extends Channel> {
  readonly channel: Kind;
  /**
   * Resolves once the channel is closed, whoever closed it: with a MessagingError `channel-closed` when the
   * broker did for what was asked of it, `connection-closed` when the connection went.
   */
  readonly closed: Promise<MessagingError>;
}

export function plainChannel(model: ChannelModel): Promise<OpenChannel<Channel>> {
  return watched(model.createChannel());
}

/** Watches a channel that is being opened; an `error` event nobody listens to would end the process. */
export async function watched<Kind extends Channel>(opening: Promise<Kind>): Promise<OpenChannel<Kind>> {
  const channel = await opening;
  const closed = new Promise<MessagingError>((resolve) => {
    let cause: Error | undefined;
    // The broker closing a channel emits "error", then "close"; everything else only "close".
    channel.on("error", (error) => {
      cause = error;
    });
    // First in line: amqplib's own listener answers the callbacks of unconfirmed messages.
    channel.prependListener("close", () => resolve(closeReason(cause)));
  });
  return { channel, closed };
}

export function closeReason(cause: Error | undefined): MessagingError {
  return cause
    ? new MessagingError("channel-closed", `the broker closed the channel: ${cause.message}`, { cause })
    : new MessagingError("connection-closed", "the channel, or the connection that it was on, was closed");
}

/** Closes a channel that may be closed already. Always settles: once the broker has answered, or the connection is lost. */
export async function closeQuietly(channel: Channel): Promise<void> {
  // What amqplib's close() returns is never settled when the connection goes before the broker has answered; who
  // waited for that alone would wait for ever.
  const closed = new Promise<void>((resolve) => {
    channel.once("close", resolve);
  });
  try {
    await Promise.race([channel.close(), closed]);
  } catch {
    // IllegalOperationError: it was closed, or its connection was
  }
}

/** AMQP reply codes that say what is wrong with a request, as amqplib puts them on its errors. */
export function replyCode(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/**
 * Keeps a session running on every connection: starts one when connected, and another when it ends while
 * the connection lives, after 100 ms, then up to 2 s later each time.
 * @param session opens its channel and settles when that is closed
 * @param onFailure told why a session ended, unless the connection went
 */
export function superviseSession(
  connection: Connection,
  session: (model: ChannelModel) => Promise<void>,
  onFailure: (error: unknown) => void,
): void {
  const serve = async (model: ChannelModel) => {
    const backoff = new Backoff(100, 2_000);
    while (connection.model === model && !connection.closing) {
      const started = performance.now();
      try {
        await session(model);
      } catch (error) {
        if (connection.model === model && !connection.closing) onFailure(error);
      }
      if (performance.now() - started > 10_000) backoff.reset();
      await pause(backoff.next());
    }
  };
  connection.on("connected", (model) => void serve(model));
  if (connection.model) void serve(connection.model);
}
