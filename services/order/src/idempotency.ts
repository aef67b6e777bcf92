/** Idempotency keys of `POST /orders`: each customer has their own, and the answer is the order as it is now. */
import { hashOf, IdempotencyKeys, type IdempotentRequest, newUuid } from "@rabbit-contract/postgres";
import type { RequestedLine } from "./pricing.ts";
import { idempotencyKeys } from "./schema.ts";

/** The id of an order is generated when its key is claimed. */
export const orderKeys = new IdempotencyKeys<string>(idempotencyKeys, newUuid);

/** HTTP status of the first answer, unless it waited for the order to be settled. */
export const accepted = 202;

/** Equal for equal bodies, however they are formatted. */
export function idempotentRequest(
  key: string,
  { customerId, lines }: { customerId: string; lines: readonly RequestedLine[] },
): IdempotentRequest {
  const content = { customerId, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) };
  return { owner: customerId, key, hash: hashOf(content) };
}
