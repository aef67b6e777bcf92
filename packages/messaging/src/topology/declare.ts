import type { Channel, ChannelModel } from "amqplib";
import { closeQuietly, plainChannel, replyCode } from "../connection/channel.ts";
import { MessagingError } from "../errors.ts";
import type { QueueStatus } from "../observer.ts";
import type { ServiceTopology } from "./topology.ts";

/** What the broker answered while a service's topology was declared. */
export interface Declared {
  /** `topology-mismatch`: what the broker refused. The rest was declared nevertheless. */
  readonly problems: readonly MessagingError[];
  /** What the service's user lacks a permission for, as the broker says it; none of these is among `problems`. */
  readonly notPermitted: readonly MessagingError[];
  /** Exchanges of other services that do not exist yet; queues are not bound to them. */
  readonly missingExchanges: readonly string[];
  /** Queues that the service's messages must reach and that do not exist yet. */
  readonly missingQueues: readonly string[];
  /** The service's own queues. */
  readonly statuses: readonly QueueStatus[];
}

const accessRefused = 403;
const notFound = 404;
const preconditionFailed = 406;

/**
 * Declares the exchanges, queues and bindings that the service owns and checks those of other services; whatever exists
 * already stays as it is.
 * @throws MessagingError `connection-closed`
 */
export async function declareTopology(model: ChannelModel, topology: ServiceTopology): Promise<Declared> {
  const steps = new Steps(model);
  const missingExchanges: string[] = [];
  const missingQueues: string[] = [];
  const statuses: QueueStatus[] = [];
  try {
    for (const { name, type, durable, autoDelete, arguments: args } of topology.exchanges) {
      await steps.declare(`exchange "${name}"`, (channel) =>
        channel.assertExchange(name, type, { durable, autoDelete, arguments: { ...args } }),
      );
    }
    for (const { name, durable, arguments: args } of topology.queues) {
      await steps.declare(`queue "${name}"`, async (channel) => {
        const settings = { durable, exclusive: false, autoDelete: false, arguments: { ...args } };
        const { messageCount, consumerCount } = await channel.assertQueue(name, settings);
        statuses.push({ queue: name, ready: messageCount, consumers: consumerCount });
      });
    }
    for (const name of topology.foreignExchanges) {
      if (!(await steps.exists((channel) => channel.checkExchange(name)))) missingExchanges.push(name);
    }
    for (const { name, bindings } of topology.queues) {
      for (const { exchange, routingKey, arguments: args } of bindings) {
        if (missingExchanges.includes(exchange)) continue;
        await steps.declare(`binding of queue "${name}" to "${exchange}" for "${routingKey}"`, (channel) =>
          channel.bindQueue(name, exchange, routingKey, { ...args }),
        );
      }
    }
    for (const name of new Set(topology.routes.flatMap(({ queues }) => queues))) {
      if (!(await steps.exists((channel) => channel.checkQueue(name)))) missingQueues.push(name);
    }
  } finally {
    await steps.end();
  }
  const { problems, notPermitted } = steps;
  return { problems, notPermitted, missingExchanges, missingQueues, statuses };
}

/** Runs one request after another on a channel. A refused request closes the channel; the next opens another. */
class Steps {
  readonly problems: MessagingError[] = [];
  readonly notPermitted: MessagingError[] = [];
  readonly #model: ChannelModel;
  #channel: Channel | undefined;

  constructor(model: ChannelModel) {
    this.#model = model;
  }

  async declare(what: string, request: (channel: Channel) => Promise<unknown>): Promise<void> {
    try {
      await this.#run(request);
    } catch (error) {
      const code = replyCode(error);
      if (code === undefined) throw lost(error);
      (code === accessRefused ? this.notPermitted : this.problems).push(refused(what, error));
    }
  }

  async exists(request: (channel: Channel) => Promise<unknown>): Promise<boolean> {
    try {
      await this.#run(request);
      return true;
    } catch (error) {
      const code = replyCode(error);
      if (code === undefined) throw lost(error);
      // Any other code means that it exists but has a problem, e.g. is electing a leader.
      return code !== notFound;
    }
  }

  async end(): Promise<void> {
    if (this.#channel) await closeQuietly(this.#channel);
  }

  async #run(request: (channel: Channel) => Promise<unknown>): Promise<void> {
    this.#channel ??= (await plainChannel(this.#model)).channel;
    try {
      await request(this.#channel);
    } catch (error) {
      this.#channel = undefined;
      throw error;
    }
  }
}

/** An error without a reply code did not come from the broker. */
function lost(cause: unknown): MessagingError {
  return new MessagingError("connection-closed", "the connection was lost while declaring the topology", {
    cause,
  });
}

function refused(what: string, cause: unknown): MessagingError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (replyCode(cause) !== preconditionFailed) {
    return new MessagingError("topology-mismatch", `cannot declare ${what}: ${reason}`, { cause });
  }
  // inequivalent arg 'x' for queue 'q' in vhost '/': received '1' but current is '2', or: received the value
  // '1' of type 'long' but current is the value '2' of type 'long'; "none" stands without quotes.
  const difference =
    /inequivalent arg '([^']+)'.*: received (?:the value )?(none|'[^']*').* but current is (?:the value )?(none|'[^']*')/.exec(
      reason,
    );
  const settings = difference
    ? `its "${difference[1]}" is ${difference[3]} on the broker, and ${difference[2]} in the contract`
    : reason;
  return new MessagingError(
    "topology-mismatch",
    `cannot declare ${what}: ${settings}; set the contract back, or delete it on the broker once it is empty`,
    { cause },
  );
}
