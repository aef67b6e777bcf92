import type { Options } from "amqplib";
import { MessagingError } from "../errors.ts";

/**
 * Seconds between two heartbeats; two missed ones end the connection. The shortest interval that RabbitMQ recommends: a
 * half-open connection is detected after 10 to 15 seconds.
 */
const heartbeat = 5;

/** The addresses of a broker's nodes, tried in turn from a random one on, so that replicas spread over the nodes. */
export class Addresses {
  /** amqplib reads this object at each attempt, so changing it in place redirects the next one. */
  readonly current: Options.Connect;
  readonly #all: readonly Options.Connect[];
  #index = 0;

  /**
   * @param text one URL, or several separated by commas
   * @throws MessagingError when one is not a broker's URL: retrying would never help
   */
  constructor(text: string) {
    const all = text.split(",").map((url) => addressOf(url.trim()));
    const first = Math.floor(Math.random() * all.length);
    // Shuffled as well: otherwise all connections of a failed node would move to the same next one.
    const others = [...all.slice(0, first), ...all.slice(first + 1)]
      .map((address) => ({ address, place: Math.random() }))
      .sort((one, other) => one.place - other.place)
      .map(({ address }) => address);
    this.#all = [...all.slice(first, first + 1), ...others];
    this.current = { ...this.#all[0] };
  }

  /** The current node did not answer: moves on to the next one. */
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
      "cannot connect: the broker's URL must be amqp://user:password@host:port/virtual-host or amqps://…, " +
        "or several of them separated by commas, one for each node",
    );
  }
  const number = (name: string, fallback: number) => Number(url.searchParams.get(name) ?? fallback);
  // Every address has the same keys, so assigning one over another leaves nothing behind.
  return {
    protocol: url.protocol.slice(0, -1),
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (url.protocol === "amqps:" ? 5671 : 5672),
    username: decodeURIComponent(url.username || "guest"),
    password: decodeURIComponent(url.password || "guest"),
    vhost: url.pathname.slice(1), // amqplib decodes it, and reads "" as "/"
    heartbeat: number("heartbeat", heartbeat),
    frameMax: number("frameMax", 131_072),
    channelMax: number("channelMax", 0),
  };
}
