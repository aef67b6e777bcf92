/**
 * Bare amqplib for the floors. It takes nothing from @rabbit-contract/messaging, so that a change there cannot move the
 * floor that it is compared with.
 */
import { Duplex } from "node:stream";
import { type ChannelModel, connect } from "amqplib";

/** Connects. Like in the system, everything written in one turn of the event loop is sent with one system call. */
export async function connectBare(url: string): Promise<ChannelModel> {
  const model = await connect(url, { noDelay: true });
  const { connection } = model;
  if ("stream" in connection && connection.stream instanceof Duplex) corkEachTurn(connection.stream);
  else throw new Error("amqplib no longer has its socket in connection.stream");
  return model;
}

function corkEachTurn(socket: Duplex): void {
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
