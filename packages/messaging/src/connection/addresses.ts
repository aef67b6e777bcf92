import type { Options } from "amqplib";
import { MessagingError } from "../errors.ts";

/**
 * Seconds without a sign of life after which a beat is sent; two of them without one end the connection. The
 * shortest that RabbitMQ advises: a half-open connection is found after 10 to 15 seconds.
 */
const heartbeat = 5;

/** The nodes of a broker, to be tried one after the other. */
export class Addresses {
  /** amqplib reads it at each attempt, so that changing it is all that it takes to go elsewhere. */
  readonly current: Options.Connect;
  readonly #all: readonly Options.Connect[];
  #index = 0;

  /**
   * @param text one URL, or several with commas between them
   * @throws MessagingError when one cannot be that of a broker: trying it again and again would never help
   */
  constructor(text: string) {
    this.#all = text.split(",").map((url) => addressOf(url.trim()));
    this.current = { ...this.#all[0] };
  }

  /** The current one does not answer: the next attempt goes to the next. */
  next(): void {
    this.#index = (this.#index + 1) % this.#all.length;
    Object.assign(this.current, this.#all[this.#index]);
  }
}

function addressOf(text: string): Options.Connect {
  const url = URL.parse(text);
  if (!url || (url.protocol !== "amqp:" && url.protocol !== "amqps:")) {
    throw new MessagingError(
      "connection-closed",
      "cannot connect: the broker's URL has to be amqp://user:password@host:port/virtual-host, or amqps://…, " +
        "or several of them separated by commas, one for each node",
    );
  }
  const number = (name: string, otherwise: number) => Number(url.searchParams.get(name) ?? otherwise);
  // The same keys in each address, so that assigning one leaves nothing of the one before.
  return {
    protocol: url.protocol.slice(0, -1),
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (url.protocol === "amqps:" ? 5671 : 5672),
    username: decodeURIComponent(url.username || "guest"),
    password: decodeURIComponent(url.password || "guest"),
    vhost: url.pathname.slice(1), // amqplib decodes it, and takes "/" for none
    heartbeat: number("heartbeat", heartbeat),
    frameMax: number("frameMax", 131_072),
    channelMax: number("channelMax", 0),
  };
}
