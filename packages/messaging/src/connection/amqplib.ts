/**
 * Features that amqplib has no option for. Only this file uses private members of its connections; where these are
 * missing, its functions do nothing.
 */
import { Duplex, type Writable } from "node:stream";
import type { ChannelModel, RecoveringChannelModel } from "amqplib";

/**
 * Drops the connection to a peer that no longer answers: `close()` would wait for its answer. amqplib notices only with
 * an `error`.
 */
export function destroySocket(model: ChannelModel, error?: Error): void {
  socketOf(model)?.destroy(error);
}

/**
 * Handles the errors of each connection from the moment it is open: an unhandled "error" event would end the process.
 * Recovery listens only once a connection is set up, and never to one that was being opened when recovery was closed.
 */
export function handleErrors(recovering: RecoveringChannelModel): void {
  const core = "_core" in recovering ? recovering._core : undefined;
  if (!opensModels(core)) return;
  const { _openModel: open } = core;
  Object.assign(core, { _openModel: async () => (await open()).on("error", () => {}) });
}

interface Opener {
  readonly _openModel: () => Promise<ChannelModel>;
}

function opensModels(core: unknown): core is Opener {
  return typeof core === "object" && core !== null && "_openModel" in core;
}

/** Sends everything that is written in one turn of the event loop with one system call. */
export function batchWrites(model: ChannelModel): void {
  const socket = socketOf(model);
  if (socket) corkEachTurn(socket);
}

/**
 * Frees a closed channel's number only once its last frames are written. amqplib frees it at once, but each channel has a
 * write buffer of its own, and these take turns: the `channel.open` of the next channel with that number could overtake
 * the `channel.close-ok` of the one before, for which the broker closes the whole connection (504, second 'channel.open'
 * seen).
 */
export function keepChannelNumbers({ connection }: ChannelModel): void {
  if (!hasChannels(connection)) return;
  const { releaseChannel, freeChannels, channels } = connection;
  Object.assign(connection, {
    releaseChannel(number: number): void {
      const buffer = channels[number]?.buffer;
      Reflect.apply(releaseChannel, connection, [number]);
      if (!buffer || buffer.readableEnded) return;
      freeChannels.set(number);
      buffer.once("close", () => freeChannels.clear(number));
    },
  });
}

interface Channels {
  readonly releaseChannel: (number: number) => void;
  readonly freeChannels: { set(number: number): void; clear(number: number): void };
  readonly channels: readonly ({ readonly buffer: Duplex } | null)[];
}

function hasChannels(connection: object): connection is Channels {
  return "releaseChannel" in connection && "freeChannels" in connection && "channels" in connection;
}

/**
 * amqplib calls `write` once for each message, from its own event handlers, so its callers cannot cork the socket at
 * the right time; a replaced `write` can. A system call for each message costs more than encoding it.
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
