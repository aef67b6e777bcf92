/** The payload's JSON Schema of each message, as the contract has it. Runs while the page is built. */
import * as messages from "@orders/generated/messages";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** By type of message. */
export function payloadSchemas(): Record<string, Json> {
  const found: Record<string, Json> = {};
  for (const one of Object.values(messages))
    if (typeof one === "object" && "checkPayload" in one)
      found[one.type] = JSON.parse(JSON.stringify(one.payload));
  return found;
}
