import { EventEmitter } from "node:events";
import { Duplex } from "node:stream";
import { setTimeout } from "node:timers";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import { type ChannelModel, connect, type RecoveringChannelModel } from "amqplib";
import type { Log, Throttle } from "../log.ts";
import { finishesWithin } from "../pause.ts";
import { writeTogether } from "../publish/write-together.ts";
import { Addresses } from "./addresses.ts";

export interface ConnectionOptions {
  /** `amqp://user:password@host:port/virtual-host`, or `amqps://…`; several, with commas between them, for a cluster. */
  readonly url: string;
  /** For `amqps://`. @default the system's authorities, and no certificate */
  readonly tls?: TlsOptions;
  /** Shown by the broker's management. */
  readonly name: string;
  /** Runs on every new connection before it counts as connected; when it rejects, another one is made. */
  readonly setup: (model: ChannelModel) => Promise<void>;
  readonly log: Log;
  readonly throttle: Throttle;
}

interface Events {
  connected: [ChannelModel];
  disconnected: [];
  blocked: [];
  unblocked: [];
}

/** Milliseconds that the TCP connection and the handshake may take; with the next attempt's delay, 5 s. */
const connectTimeout = 4_000;

/**
 * A connection of the service. It is made in the background and made again whenever it is lost, the
 * first time after 100 ms, then at least every second. Emits `connected` and `disconnected` in turns.
 */
export class Connection extends EventEmitter<Events> {
  readonly #recovering: RecoveringChannelModel;
  readonly #log: Log;
  readonly #throttle: Throttle;
  #model: ChannelModel | undefined;
  #blocked = false;
  #closing = false;

  /** Returns before the broker was reached. */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const addresses = new Addresses(options.url);
    const recovering = await connect(addresses.current, {
      ...options.tls,
      noDelay: true,
      timeout: connectTimeout,
      clientProperties: { connection_name: options.name },
      recovery: {
        initialDelay: 100,
        maxDelay: 1000,
        waitForConnect: false,
        setup: (model: ChannelModel) => setUp(model, options.setup),
      },
    });
    recovering.on("connect-failed", () => addresses.next());
    recovering.on("disconnect", () => addresses.next());
    return new Connection(recovering, options);
  }

  private constructor(recovering: RecoveringChannelModel, options: ConnectionOptions) {
    super();
    this.setMaxListeners(0);
    this.#recovering = recovering;
    this.#log = options.log;
    this.#throttle = options.throttle;
    recovering.on("connect", (model) => this.#onConnect(model));
    recovering.on("disconnect", (error) => this.#onDisconnect(error));
    recovering.on("connect-failed", (error) =>
      this.#warn(error, "cannot connect to the broker; trying again"),
    );
    recovering.on("error", (error) => this.#warn(error, "the connection to the broker failed"));
    recovering.on("handler-error", (error: Error) =>
      options.log.error({ err: error }, "a broker event failed"),
    );
    recovering.on("blocked", (reason) => {
      this.#blocked = true;
      options.log.warn({ reason }, "the broker blocks publishing; waiting until it has room again");
      this.emit("blocked");
    });
    recovering.on("unblocked", () => {
      this.#blocked = false;
      options.log.info({}, "the broker takes messages again");
      this.emit("unblocked");
    });
  }

  /** The live connection; undefined while there is none. */
  get model(): ChannelModel | undefined {
    return this.#model;
  }

  /** The broker is short of memory or disk and reads nothing that is sent to it. */
  get blocked(): boolean {
    return this.#blocked;
  }

  get closing(): boolean {
    return this.#closing;
  }

  /** Says that no more sessions are to be started; the connection itself stays. */
  startClosing(): void {
    this.#closing = true;
  }

  /** Closes for good; after `timeout` milliseconds without waiting for the broker's answer. */
  async close(timeout: number): Promise<void> {
    this.#closing = true;
    const model = this.#model;
    this.#model = undefined;
    const closed = await finishesWithin(timeout, this.#recovering.close());
    if (model && !closed) destroySocket(model);
    if (model) this.emit("disconnected");
  }

  #onConnect(model: ChannelModel): void {
    this.#model = model;
    this.#throttle.reset("connection");
    this.#log.info({}, "connected to the broker");
    this.emit("connected", model);
  }

  #onDisconnect(error: Error): void {
    const model = this.#model;
    this.#model = undefined;
    this.#blocked = false;
    this.#warn(error, "lost the connection to the broker; connecting again");
    if (!model) return;
    // A half-open socket would otherwise linger until the system gives up sending to it. Not at once: the
    // answer to a broker that closes the connection in good order is still to be sent.
    setTimeout(() => destroySocket(model), 2_000).unref();
    this.emit("disconnected");
  }

  #warn(error: Error, message: string): void {
    if (this.#throttle.allows("connection")) this.#log.warn({ err: error, dependency: "broker" }, message);
  }
}

/** @throws what `setup` rejects with, once the connection is closed */
async function setUp(model: ChannelModel, setup: ConnectionOptions["setup"]): Promise<void> {
  // Until recovery listens itself; an error nobody listens to would end the process.
  model.on("error", () => {});
  const socket = socketOf(model);
  if (socket) writeTogether(socket);
  const closed = new Promise<void>((resolve) => {
    model.once("close", () => resolve());
  });
  try {
    await setup(model);
  } catch (error) {
    // Recovery would close it in good order first, and wait for the answer of a broker that may be away for ever.
    destroySocket(model, new Error("the connection could not be set up", { cause: error }));
    await finishesWithin(1_000, closed);
    throw error;
  }
}

/** amqplib has no way to give up on a peer that no longer answers. It notices an `error`, and nothing without one. */
function destroySocket(model: ChannelModel, error?: Error): void {
  socketOf(model)?.destroy(error);
}

function socketOf({ connection }: ChannelModel): Duplex | undefined {
  return "stream" in connection && connection.stream instanceof Duplex ? connection.stream : undefined;
}
