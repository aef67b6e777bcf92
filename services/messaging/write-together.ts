import type { Writable } from "node:stream";

/**
 * Sends what is written in one go of a callback with one system call. amqplib writes each frame by itself and
 * pg each statement, and a system call costs more than encoding most of them.
 */
export function writeTogether(socket: Writable): void {
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
