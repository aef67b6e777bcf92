import { EventEmitter } from "node:events";
import { setTimeout } from "node:timers";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import { type ChannelModel, connect, type Options, type RecoveringChannelModel } from "amqplib";
import { atMostEvery, type Log, logInterval } from "../log.ts";
import { finishesWithin } from "../timing.ts";
import { Addresses } from "./addresses.ts";
import { batchWrites, destroySocket, handleErrors, keepChannelNumbers } from "./amqplib.ts";

export interface ConnectionOptions {
  /** `amqp://user:password@host:port/virtual-host` or `amqps://…`; several, separated by commas, for a cluster. */
  readonly url: string;
  /** For `amqps://`. @default the system's CA certificates, and no client certificate */
  readonly tls?: TlsOptions;
  /** Shown in the broker's management UI. */
  readonly name: string;
  /** Runs on every new connection before it counts as connected; when it rejects, another connection is opened. */
  readonly setup: (model: ChannelModel) => Promise<void>;
  readonly log: Log;
}

interface Events {
  connected: [ChannelModel];
  disconnected: [];
  blocked: [];
  unblocked: [];
}

/** Milliseconds that the TCP connection and the handshake may take; with the delay before the next attempt, 5 s. */
const connectTimeout = 4_000;

/**
 * A connection that is opened in the background and reopened whenever it is lost: the first time after 100 ms, then at
 * least every second. Emits `connected` and `disconnected` in turn.
 */
export class Connection extends EventEmitter<Events> {
  readonly #recovering: RecoveringChannelModel;
  readonly #log: Log;
  readonly #name: string;
  #occasionally = atMostEvery(logInterval);
  #model: ChannelModel | undefined;
  /** Why the last attempt to connect failed. */
  #problem: string | undefined;
  #blocked = false;
  #closing = false;

  /** Returns before the broker is reached. */
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
    handleErrors(recovering);
    const connection = new Connection(recovering, options);
    recovering.on("connect-failed", (error) => {
      connection.#onConnectFailed(withHint(error, addresses.current));
      addresses.next();
    });
    recovering.on("disconnect", () => addresses.next());
    return connection;
  }

  private constructor(recovering: RecoveringChannelModel, options: ConnectionOptions) {
    super();
    this.setMaxListeners(0);
    this.#recovering = recovering;
    this.#log = options.log;
    this.#name = options.name;
    recovering.on("connect", (model) => this.#onConnect(model));
    recovering.on("disconnect", (error) => this.#onDisconnect(error));
    recovering.on("error", (error) => this.#warn(error, "the connection to the broker failed"));
    recovering.on("handler-error", (error: Error) =>
      options.log.error({ err: error }, "a listener of the connection failed"),
    );
    recovering.on("blocked", (reason) => {
      this.#blocked = true;
      options.log.warn({ reason }, "the broker blocks publishing until it has memory and disk space again");
      this.emit("blocked");
    });
    recovering.on("unblocked", () => {
      this.#blocked = false;
      options.log.info({}, "the broker accepts messages again");
      this.emit("unblocked");
    });
  }

  /** The live connection; undefined while there is none. */
  get model(): ChannelModel | undefined {
    return this.#model;
  }

  /** Why there is no connection; undefined while there is one. */
  get problem(): string | undefined {
    return this.#model ? undefined : (this.#problem ?? "there is no connection to the broker");
  }

  /** The broker is short of memory or disk space and reads nothing from this connection. */
  get blocked(): boolean {
    return this.#blocked;
  }

  get closing(): boolean {
    return this.#closing;
  }

  /** From now on no session is started; the connection itself stays open. */
  startClosing(): void {
    this.#closing = true;
  }

  /** Closes for good; after `timeout` milliseconds it stops waiting for the broker's answer. */
  async close(timeout: number): Promise<void> {
    this.#closing = true;
    const model = this.#model;
    this.#model = undefined;
    const closed = await finishesWithin(timeout, this.#recovering.close());
    if (model && !closed) destroySocket(model);
    if (model) this.emit("disconnected");
  }

  #onConnectFailed(error: Error): void {
    this.#problem = `cannot connect to the broker: ${error.message}`;
    this.#warn(error, "cannot connect to the broker; trying again");
  }

  #onConnect(model: ChannelModel): void {
    this.#model = model;
    this.#problem = undefined;
    this.#occasionally = atMostEvery(logInterval); // the next outage is logged at once
    this.#log.info({ connection: this.#name }, "connected to the broker");
    this.emit("connected", model);
  }

  #onDisconnect(error: Error): void {
    const model = this.#model;
    this.#model = undefined;
    this.#blocked = false;
    this.#warn(error, "lost the connection to the broker; connecting again");
    if (!model) return;
    // A half-open socket would otherwise stay until the operating system stops retrying. Not at once: when the broker
    // closes the connection cleanly, the answer still has to be sent.
    setTimeout(() => destroySocket(model), 2_000).unref();
    this.emit("disconnected");
  }

  #warn(error: Error, message: string): void {
    const fields = { err: error, dependency: "broker", connection: this.#name };
    this.#occasionally(() => this.#log.warn(fields, message), message);
  }
}

/** The broker says why it refuses a virtual host, but amqplib does not pass that on. */
function withHint(error: Error, { vhost, username }: Options.Connect): Error {
  if (!/ConnectionOpenOk.*ConnectionClose/.test(error.message)) return error;
  const name = decodeURIComponent(vhost || "/");
  return new Error(
    `the broker refuses the virtual host "${name}": it does not exist, user "${username}" has no permission in it, or it ` +
      "has reached its limit of connections; apply the contract's topology to the broker, which creates both",
    { cause: error },
  );
}

/** @throws what `setup` rejects with, or an Error when the connection was lost meanwhile; it is closed then */
async function setUp(model: ChannelModel, setup: ConnectionOptions["setup"]): Promise<void> {
  batchWrites(model);
  keepChannelNumbers(model);
  let lost = false;
  const closed = new Promise<void>((resolve) => {
    model.once("close", () => {
      lost = true;
      resolve();
    });
  });
  try {
    await setup(model);
    // Recovery listens only from here on, and would keep forever a connection that was closed before.
    if (lost) throw new Error("the connection was lost during its setup");
  } catch (error) {
    // Recovery would first close it cleanly, and might wait forever for the broker's answer.
    destroySocket(model, new Error("the connection could not be set up", { cause: error }));
    await finishesWithin(1_000, closed);
    throw error;
  }
}
