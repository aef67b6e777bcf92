import { hashOf, type IdempotentRequest } from "@rabbit-contract/postgres";
import { Type } from "@sinclair/typebox";
import type { Caller } from "../access/caller.ts";

/** For a route's headers: an opaque key, 1–255 visible ASCII characters. */
export const IdempotencyKey = Type.String({
  minLength: 1,
  maxLength: 255,
  pattern: "^[\\x21-\\x7e]+$",
  description:
    "Makes it safe to send the request again: the same key with the same request gets the first answer, with another " +
    "request a 422. Rejected requests store no key",
  examples: ["0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"],
});

/** For `headers` of a route that is not idempotent by nature. */
export const KeyedHeaders = Type.Object({ "idempotency-key": Type.Optional(IdempotencyKey) });

/**
 * The caller's key, for `answerOnce`; undefined without one.
 * @param content the call and what it asks for: parameters of the path, body; the order of properties does not count
 */
export function idempotentRequest(
  { subject }: Caller,
  headers: { readonly "idempotency-key"?: string | undefined },
  content: object,
): IdempotentRequest | undefined {
  const key = headers["idempotency-key"];
  return key === undefined ? undefined : { owner: subject, key, hash: hashOf(inOrder(content)) };
}

/** A copy with the properties of all objects in alphabetical order. */
function inOrder<Value>(value: Value): Value {
  const sorted = (_key: string, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one;
  return JSON.parse(JSON.stringify(value, sorted));
}
