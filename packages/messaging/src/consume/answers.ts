import type { ConsumeMessage } from "amqplib";
import type { Connection } from "../connection/connection.ts";
import { atMostEvery, type Log, logInterval } from "../log.ts";
import type { OutboxMessage } from "../message/message.ts";
import { confirmsOver } from "../publish/confirm-channels.ts";
import type { Confirms, ConfirmsOptions } from "../publish/confirms.ts";
import { encodeAnswer } from "../publish/encode.ts";
import { publishFault } from "../publish/fault.ts";
import { Backoff, pause } from "../timing.ts";

export interface AnswersOptions {
  readonly connection: Connection;
  readonly confirms: ConfirmsOptions;
  /** AMQP `app_id`. */
  readonly service: string;
  readonly log: Log;
}

/** Publishes answers to requests over direct reply-to, on its own channel. */
export class Answers {
  readonly #options: AnswersOptions;
  readonly #confirms: Confirms;
  readonly #occasionally = atMostEvery(logInterval);

  constructor(options: AnswersOptions) {
    this.#options = options;
    this.#confirms = confirmsOver(options.connection, options.confirms, (error) => this.#warn(error));
  }

  /**
   * Resolves with `sent` once the broker has accepted the answer, or with `refused` if it never will: the requester then
   * gets none. Retries whatever else fails until `signal` is aborted; then it resolves with undefined.
   */
  async send(
    request: ConsumeMessage,
    answer: OutboxMessage,
    signal: AbortSignal,
  ): Promise<"sent" | "refused" | undefined> {
    const { service, log } = this.#options;
    const publication = encodeAnswer(request, answer, service);
    const backoff = new Backoff(100, 5_000);
    while (!signal.aborted) {
      try {
        await this.#confirms.publish(publication);
        return "sent";
      } catch (error) {
        if (publishFault(error)) {
          this.#occasionally(() =>
            log.error(
              { err: error },
              "the broker refuses answers to requests; apply the contract's topology",
            ),
          );
          return "refused";
        }
        this.#warn(error);
        await pause(backoff.next(), signal);
      }
    }
    return undefined;
  }

  #warn(error: unknown): void {
    this.#occasionally(() =>
      this.#options.log.warn({ err: error }, "an answer to a request could not be sent; trying again"),
    );
  }
}
