/** What the page and its server tell each other: types only, so that the page can import them. */

/** `GET /settings.json` */
export interface Settings {
  /**
   * `local`: with the secret in the link that `make up` prints, through `POST /sign-in/local`.
   * `openid`: authorization code with PKCE, in the browser.
   */
  readonly signIn:
    | { readonly kind: "local" }
    | {
        readonly kind: "openid";
        readonly issuer: string;
        readonly clientId: string;
        readonly scope: string;
      };
  /** Whether `/break-it/*` exists: only where `make up` runs the system on this machine. */
  readonly breakIt: boolean;
}

/** Body of `POST /sign-in/local`. */
export interface LocalSignIn {
  /** The secret behind `#machine=` in the link that `make up` prints. */
  readonly machine: string;
  readonly role: string;
  /** The `sub` of the token; required for a customer. @default "operator" and so on: the role */
  readonly subject?: string;
}

/** Its answer, 201. A wrong secret is a 401. */
export interface LocalToken {
  readonly token: string;
  /** RFC 3339. */
  readonly expiresAt: string;
}

/** Each event of `GET /flow` (`text/event-stream`): the first one at once, then one a second. */
export interface FlowState {
  /** When it was read, RFC 3339. */
  readonly at: string;
  readonly broker: BrokerFlow;
  readonly services: readonly ServiceFlow[];
  /** Those that services consume. Empty while the broker is away. */
  readonly queues: readonly QueueFlow[];
  readonly routes: readonly RouteFlow[];
}

export interface BrokerFlow {
  readonly status: "up" | "down";
  /** When this status was noticed, RFC 3339. */
  readonly since: string;
  /** Why it is down. */
  readonly cause?: string;
}

/** `degraded`: ready, but a dependency is away. `not-ready`: it answers, but cannot work. `down`: no answer. */
export type ServiceStatus = "ready" | "degraded" | "not-ready" | "down";

export interface ServiceFlow {
  /** As the contract names it: `order`. */
  readonly name: string;
  /** The best of its replicas'. */
  readonly status: ServiceStatus;
  /** When this status was noticed, RFC 3339. */
  readonly since: string;
  /** What does not work, of all replicas. */
  readonly causes: readonly string[];
  /** Processes that answer. */
  readonly replicas: number;
  /** Those of them that are ready or degraded. */
  readonly readyReplicas: number;
  /** Of its database; null while no replica can say. */
  readonly outbox: OutboxFlow | null;
}

export interface OutboxFlow {
  /** At most 10,000: more are not counted. */
  readonly rows: number;
  readonly oldestSeconds: number;
  /** Parked messages, which the broker refuses: an operator decides. */
  readonly parked: number;
}

export interface QueueFlow {
  readonly name: string;
  /** The service that consumes it. */
  readonly service: string;
  readonly ready: number;
  /** Delivered, not yet acknowledged. */
  readonly inHand: number;
  readonly consumers: number;
  /** Messages a second. */
  readonly inPerSecond: number;
  /** Acknowledged messages a second. */
  readonly outPerSecond: number;
  /** The shortest delay first. */
  readonly retryTiers: readonly RetryTierFlow[];
  readonly deadLetters: DeadLetterFlow;
}

export interface RetryTierFlow {
  readonly name: string;
  readonly delayMs: number;
  readonly messages: number;
}

export interface DeadLetterFlow {
  readonly name: string;
  readonly messages: number;
}

/** What one service publishes with one routing key, as it counts itself. */
export interface RouteFlow {
  readonly exchange: string;
  readonly routingKey: string;
  /** The type of the message. */
  readonly message: string;
  readonly from: string;
  /** The queues that take it. */
  readonly to: readonly string[];
  /** Confirmed by the broker. Null until there are two readings, and while the service is down. */
  readonly perSecond: number | null;
}

/** The header of every `/break-it/*` call: the machine's secret. */
export const machineHeader = "machine-secret";

/** `GET /break-it/parts`: each service, the broker and the database. */
export interface Parts {
  readonly parts: readonly Part[];
}

export interface Part {
  /** In `POST /break-it/parts/{name}/{action}`. */
  readonly name: string;
  readonly kind: "service" | "broker" | "database";
  readonly state: "running" | "paused" | "stopped";
}

/** `kill`: SIGKILL; `stop`: as a deployment would; `pause`: it is there, and does nothing. Answer: `Part`. */
export type PartAction = "stop" | "kill" | "pause" | "start";

/** Body of `POST /break-it/orders`; answer 202 `RunState`, 409 while another run goes on. */
export interface OrdersRequest {
  /** 1 to 10,000. */
  readonly count: number;
}

/** Body of `POST /break-it/duplicates`: delivers copies of the run's messages again. Answer: `Duplicates`. */
export interface DuplicatesRequest {
  /** 1 to 1,000. */
  readonly count: number;
}

export interface Duplicates {
  readonly sent: number;
  /** By the queue that got them. */
  readonly queues: Readonly<Record<string, number>>;
}

/** Each event of `GET /break-it/run` (`text/event-stream`): the run that goes on, else the last one; null before the first. */
export interface RunState {
  readonly startedAt: string;
  readonly wanted: number;
  /** Answered with 202. */
  readonly accepted: number;
  /** Attempts that were made again, with the same idempotency key, because a service was away. */
  readonly retries: number;
  /** Of the accepted ones: no longer pending. */
  readonly settled: number;
  readonly duplicatesSent: number;
  readonly phase: "placing" | "settling" | "checking" | "done" | "failed";
  /** Why it failed, or what it waits for at the moment. */
  readonly note?: string;
  /** Once it is done. */
  readonly ledger?: Ledger;
}

/** Computed from what the services answer. */
export interface Ledger {
  readonly accepted: number;
  readonly settled: number;
  readonly confirmed: number;
  readonly rejected: number;
  /** Accepted orders that no longer exist or never settled. */
  readonly lost: number;
  /** Orders, reservations or notifications that exist more than once. */
  readonly doubled: number;
  /** Units confirmed beyond what was in stock. */
  readonly oversold: number;
  /** Units received, sold to confirmed orders, and left, of all products of the run. */
  readonly units: { readonly received: number; readonly sold: number; readonly left: number };
}
