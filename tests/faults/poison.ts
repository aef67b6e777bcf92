import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import type { DeadLetterKind } from "@rabbit-contract/messaging";
import { killingId, throwingId } from "@rabbit-contract/postgres/testing";
import type { FaultSystem } from "./system.ts";

export type Poison = "not JSON" | "schema violation" | "unknown version" | "handler throws" | "process dies";

const contents: Readonly<Record<Poison, () => string>> = {
  "not JSON": () => '{"orderId": ',
  "schema violation": () => JSON.stringify({ ...order(), lines: [], total: 5 }),
  "unknown version": () => JSON.stringify(order()),
  "handler throws": () => JSON.stringify(order()),
  "process dies": () => JSON.stringify(order()),
};

const order = () => ({
  orderId: randomUUID(),
  customerId: "poisoner",
  lines: [{ sku: "SKU-01", name: "Product", quantity: 1, unitPrice: { amount: 1250, currency: "EUR" } }],
  total: { amount: 1250, currency: "EUR" },
  createdAt: new Date().toISOString(),
});

/** The expected reason why each becomes a dead letter. */
const reasons: Readonly<Record<Poison, DeadLetterKind>> = {
  "not JSON": "undecodable",
  "schema violation": "invalid",
  "unknown version": "unknown-message",
  "handler throws": "retries-exhausted",
  "process dies": "quarantined",
};

/**
 * Publishes `order.created` messages that cannot be handled, bypassing the services, spread evenly over a time.
 * @returns their ids, each with its expected dead-letter reason
 */
export async function poison(
  system: FaultSystem,
  kinds: readonly Poison[],
  milliseconds: number,
): Promise<Map<string, DeadLetterKind>> {
  const poisoned = new Map<string, DeadLetterKind>();
  await system.onBroker(async (channel) => {
    for (const kind of kinds) {
      const beginning =
        kind === "process dies" ? killingId : kind === "handler throws" ? throwingId : undefined;
      const id = randomUUID();
      const messageId = beginning === undefined ? id : beginning + id.slice(beginning.length);
      poisoned.set(messageId, reasons[kind]);
      channel.publish("orders", "order.created", Buffer.from(contents[kind]()), {
        persistent: true,
        mandatory: true,
        messageId,
        type: "order.created",
        timestamp: Math.floor(Date.now() / 1000),
        correlationId: id,
        contentType: "application/json",
        headers: { "schema-version": kind === "unknown version" ? 999 : 1 },
      });
      await delay(milliseconds / kinds.length);
    }
    await channel.waitForConfirms();
  });
  return poisoned;
}
