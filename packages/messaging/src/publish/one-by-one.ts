import { watched } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import { MessagingError } from "../errors.ts";
import { Confirms, type ConfirmsOptions, type Publication } from "./confirms.ts";

/**
 * Publishes one message at a time, on a separate channel: when the broker closes that, the message on it was the cause,
 * and no other message is affected.
 */
export class OneByOne {
  readonly #connection: Connection;
  readonly #confirms: Confirms;
  #last: Promise<void> = Promise.resolve();
  #pending = 0;

  constructor(connection: Connection, options: ConfirmsOptions) {
    this.#connection = connection;
    this.#confirms = new Confirms(options);
  }

  /** Messages whose promise is pending. */
  get pending(): number {
    return this.#pending;
  }

  /**
   * Resolves and rejects like `Confirms.publish`, once those before it are confirmed or rejected.
   * @param onTurn called just before it is sent; when it throws, it is not sent
   */
  publish(publication: Publication, onTurn: () => void): Promise<void> {
    this.#pending++;
    const result = this.#last
      .then(async () => {
        onTurn();
        await this.#publish(publication);
      })
      .finally(() => {
        this.#pending--;
      });
    this.#last = result.catch(() => {}); // reported to the caller
    return result;
  }

  async #publish(publication: Publication): Promise<void> {
    if (!this.#confirms.open) {
      const { model } = this.#connection;
      if (!model) throw new MessagingError("connection-closed", "there is no connection to the broker");
      const { channel } = await watched(model.createConfirmChannel());
      this.#confirms.attach(channel);
    }
    await this.#confirms.publish(publication);
  }
}
