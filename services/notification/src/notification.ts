/** Notifications, and whom they reach how. */

export const audiences = ["customer", "operators"] as const;
export type Audience = (typeof audiences)[number];

export const kinds = [
  "order-confirmed",
  "order-rejected",
  "order-cancelled",
  "order-expired",
  "order-shipped",
  "stock-low",
] as const;
export type Kind = (typeof kinds)[number];

export const channels = ["email"] as const;
export type Channel = (typeof channels)[number];

export const deliveryStatuses = ["pending", "sent", "failed"] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

export interface Draft {
  /** Absent for the operators. */
  readonly customerId?: string;
  readonly orderId?: string;
  readonly sku?: string;
  readonly kind: Kind;
  /** One line, safe as an e-mail header. */
  readonly subject: string;
  /** Plain text, lines separated by "\n". */
  readonly body: string;
}

export interface Notification {
  readonly id: string;
  readonly audience: Audience;
  /** Absent for the operators. */
  readonly customerId?: string;
  readonly orderId?: string;
  readonly kind: Kind;
  readonly subject: string;
  readonly body: string;
  /** RFC 3339, like all times here. */
  readonly createdAt: string;
  readonly deliveries: readonly {
    readonly channel: Channel;
    readonly status: DeliveryStatus;
    readonly at: string;
    /** Why the last attempt failed, in the mail server's words; for operators. */
    readonly error?: string;
  }[];
}

/** How a customer wants to be reached. */
export interface Contact {
  readonly email?: string;
  readonly name?: string;
  readonly channels: Channel[];
}
