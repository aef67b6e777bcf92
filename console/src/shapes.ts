/** What the page and its server exchange; only types, so that the page can import them. */

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

/** Each event of `GET /flow` (`text/event-stream`): the first one at once, then one a second. */
export interface FlowState {
  /** When it was read, RFC 3339. */
  readonly at: string;
  readonly broker: BrokerFlow;
  readonly services: readonly ServiceFlow[];
  /** The queues that services consume. Empty while the broker is down. */
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

/** `degraded`: ready, but a dependency is down. `not-ready`: it answers, but cannot work. `down`: no answer. */
export type ServiceStatus = "ready" | "degraded" | "not-ready" | "down";

export interface ServiceFlow {
  /** As the contract names it: `order`. */
  readonly name: string;
  /** The best status of its replicas. */
  readonly status: ServiceStatus;
  /** When this status was noticed, RFC 3339. */
  readonly since: string;
  /** What does not work in any of the replicas. */
  readonly causes: readonly string[];
  /** Processes that answer. */
  readonly replicas: number;
  /** Those of them that are ready or degraded. */
  readonly readyReplicas: number;
  /** The outbox in its database; null while no replica can read it. */
  readonly outbox: OutboxFlow | null;
}

export interface OutboxFlow {
  /** Counted up to 10,000. */
  readonly rows: number;
  readonly oldestSeconds: number;
  /** Parked messages, which the broker refuses and an operator must decide about. */
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
  readonly retryTiers: readonly {
    readonly name: string;
    readonly delayMs: number;
    readonly messages: number;
  }[];
  readonly deadLetters: { readonly name: string; readonly messages: number };
}

/** What one service publishes with one routing key, as counted by the service. */
export interface RouteFlow {
  readonly exchange: string;
  readonly routingKey: string;
  /** The type of the message. */
  readonly message: string;
  readonly from: string;
  /** The queues that receive it. */
  readonly to: readonly string[];
  /** Confirmed by the broker. Null until there are two readings, and while the service is down. */
  readonly perSecond: number | null;
}
