import type { Channel, ChannelModel } from "amqplib";
import { MessagingError } from "../errors.ts";
import { Backoff, pause } from "../timing.ts";
import type { Connection } from "./connection.ts";

/** A channel, and when and why it closes. */
export interface OpenChannel<Kind extends Channel> {
  readonly channel: Kind;
  /**
   * Resolves once the channel is closed by either side: with a MessagingError `channel-closed` when the broker closed it
   * because of a request, `connection-closed` when the connection was lost.
   */
  readonly closed: Promise<MessagingError>;
}

export function plainChannel(model: ChannelModel): Promise<OpenChannel<Channel>> {
  return watched(model.createChannel());
}

/** Handles a new channel's `error` and `close` events: an unhandled `error` would end the process. */
export async function watched<Kind extends Channel>(opening: Promise<Kind>): Promise<OpenChannel<Kind>> {
  const channel = await opening;
  const closed = new Promise<MessagingError>((resolve) => {
    let cause: Error | undefined;
    // When the broker closes a channel, amqplib emits "error", then "close"; otherwise only "close".
    channel.on("error", (error) => {
      cause = error;
    });
    // Before amqplib's own listener, which calls the callbacks of unconfirmed messages.
    channel.prependListener("close", () => resolve(closeReason(cause)));
  });
  return { channel, closed };
}

export function closeReason(cause: Error | undefined): MessagingError {
  return cause
    ? new MessagingError("channel-closed", `the broker closed the channel: ${cause.message}`, { cause })
    : new MessagingError("connection-closed", "the channel, or the connection that it was on, was closed");
}

/**
 * Closes a channel, or a connection, that may be closed already. Resolves once the broker has answered or the connection is
 * lost.
 */
export async function closeQuietly(open: Channel | ChannelModel): Promise<void> {
  // The promise of amqplib's close() stays pending when the connection is lost before the broker has answered.
  const closed = new Promise<void>((resolve) => {
    open.once("close", () => resolve());
  });
  try {
    await Promise.race([open.close(), closed]);
  } catch {
    // IllegalOperationError: the channel or its connection was closed already
  }
}

/** The AMQP reply code of an amqplib error: why the broker refused a request. Undefined when it did not. */
export function replyCode(error: unknown): number | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "number" ? error.code : undefined;
}

/**
 * Runs a session on every connection. One that ends while the connection is open is followed by another: after 100 ms,
 * then after delays that double up to 2 s.
 * @param session opens a channel and ends when that is closed
 * @param onFailure receives why a session ended, unless the connection was lost
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
