import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import type { BrokerFlow, QueueFlow } from "../shapes.ts";
import { watchedQueues } from "./contract.ts";
import { Rates } from "./rate.ts";
import { Status } from "./status.ts";

export interface BrokerOptions {
  /** URL of the management interface, with a user that may only monitor. */
  readonly managementUrl: string;
  readonly virtualHost: string;
  /** Milliseconds after which a broker that does not answer counts as down. */
  readonly timeout: number;
}

/** A queue in the management interface's response; counters without a value are missing. */
interface QueueAnswer {
  readonly name: string;
  readonly messages?: number;
  readonly messages_ready?: number;
  readonly messages_unacknowledged?: number;
  readonly consumers?: number;
  readonly message_stats?: { readonly publish?: number; readonly ack?: number };
}

const columns = [
  ...["name", "messages", "messages_ready", "messages_unacknowledged", "consumers"],
  ...["message_stats.publish", "message_stats.ack"],
].join();

/** The queues of the contract, as the broker counts them. */
export class BrokerReader {
  readonly #api: ManagementApi;
  readonly #path: string;
  readonly #status = new Status<BrokerFlow["status"]>("up");
  readonly #rates = new Rates();
  #cause: string | undefined;
  #queues: ReadonlyMap<string, QueueAnswer> = new Map();

  constructor({ managementUrl, virtualHost, timeout }: BrokerOptions) {
    this.#api = new ManagementApi(managementUrl, { timeout });
    this.#path = `queues/${encodeURIComponent(virtualHost)}?columns=${columns}`;
  }

  /** Never rejects: errors are part of the state. */
  async read(): Promise<void> {
    try {
      const answer = (await this.#api.get(this.#path)) as readonly QueueAnswer[];
      const at = performance.now();
      this.#queues = new Map(answer.map((queue) => [queue.name, queue]));
      for (const { name, message_stats: { publish = 0, ack = 0 } = {} } of answer) {
        this.#rates.read(`in ${name}`, publish, at);
        this.#rates.read(`out ${name}`, ack, at);
      }
      this.#status.set("up");
      this.#cause = undefined;
    } catch (error) {
      this.#queues = new Map();
      this.#status.set("down");
      this.#cause = error instanceof Error ? error.message : String(error);
    }
  }

  get broker(): BrokerFlow {
    const { value: status, since } = this.#status;
    return { status, since, ...(this.#cause !== undefined && { cause: this.#cause }) };
  }

  get queues(): QueueFlow[] {
    return watchedQueues.flatMap(({ name, service, retryTiers, deadLetterQueue }) => {
      const queue = this.#queues.get(name);
      if (!queue) return [];
      const messagesIn = (other: string) => this.#queues.get(other)?.messages ?? 0;
      return {
        name,
        service,
        ready: queue.messages_ready ?? 0,
        inHand: queue.messages_unacknowledged ?? 0,
        consumers: queue.consumers ?? 0,
        inPerSecond: this.#rates.perSecond(`in ${name}`) ?? 0,
        outPerSecond: this.#rates.perSecond(`out ${name}`) ?? 0,
        retryTiers: retryTiers.map((tier) => ({
          name: tier.queue,
          delayMs: tier.delay,
          messages: messagesIn(tier.queue),
        })),
        deadLetters: { name: deadLetterQueue, messages: messagesIn(deadLetterQueue) },
      };
    });
  }
}
