/**
 * The socket under an amqplib connection. amqplib exposes neither the socket nor an option for what is done here, so this
 * is the one place that reaches into its private `connection.stream`; without that property both functions do nothing.
 */
import { Duplex, type Writable } from "node:stream";
import type { ChannelModel } from "amqplib";

/** Gives up on a peer that no longer answers: `close()` would wait for its answer. amqplib notices only with an `error`. */
export function destroySocket(model: ChannelModel, error?: Error): void {
  socketOf(model)?.destroy(error);
}

/** Sends everything that is written in one turn of the event loop with one system call. */
export function batchWrites(model: ChannelModel): void {
  const socket = socketOf(model);
  if (socket) corkEachTurn(socket);
}

/**
 * amqplib calls `write` once for each message, from its own event handlers, so no caller of it could cork the socket at
 * the right time; replacing `write` can. A system call for each message costs more than encoding it.
 */
export function corkEachTurn(socket: Writable): void {
  const { write } = socket;
  let corked = false;
  const uncork = () => {
    corked = false;
    socket.uncork();
  };
  Object.assign(socket, {
    write(...args: unknown[]): boolean {
      if (!corked) {
        corked = true;
        socket.cork();
        process.nextTick(uncork);
      }
      return Reflect.apply(write, socket, args);
    },
  });
}

function socketOf({ connection }: ChannelModel): Duplex | undefined {
  return "stream" in connection && connection.stream instanceof Duplex ? connection.stream : undefined;
}
