import { randomUUID } from "node:crypto";
import type { ServiceName } from "@orders/stack";
import type { FaultSystem } from "./system.ts";

/** An exchange that does not exist, as after a release that removed it. */
export const goneExchange = "gone";

/** Puts a message that the broker refuses into a service's outbox. */
export async function poisonOutbox(system: FaultSystem, service: ServiceName): Promise<void> {
  const id = randomUUID();
  await system.sql(
    service,
    `insert into outbox
       (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content, leased_until)
     values ($1::uuid, 'order.created', $2, 'order.created', $3, $1::text, now(), '{"schema-version": 1}', '{}', now())`,
    [id, goneExchange, service],
  );
}
