/** A connection to the database that can be thrown away, whatever state it is in. */
import { Socket } from "node:net";
import { clearTimeout, setTimeout } from "node:timers";
import pg from "pg";

/**
 * Milliseconds for a clean end. On a connection that no longer forwards anything, it would wait for an answer forever.
 */
const goodbye = 1_000;

export class Connection extends pg.Client {
  readonly #socket: Socket;

  constructor(config: pg.ClientConfig = {}) {
    const socket = new Socket();
    super({ ...config, stream: () => socket });
    this.#socket = socket;
  }

  override end(): Promise<void>;
  override end(callback: (error: Error) => void): void;
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    const timer = setTimeout(() => this.destroy(), goodbye);
    this.#socket.once("close", () => clearTimeout(timer));
    if (callback === undefined) return super.end();
    super.end(callback);
    return undefined;
  }

  /** Closes the socket without notice; queries without an answer fail. */
  destroy(): void {
    this.#socket.destroy();
  }
}
