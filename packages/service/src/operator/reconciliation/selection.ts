/** How an operator selects what is sent again. */

import { type TSchema, Type } from "@sinclair/typebox";
import { closed, dateTime } from "../../http/schema.ts";

export const ranged = closed({
  from: Type.Optional(dateTime("Those created at this time or later")),
  to: Type.Optional(dateTime("Those created before this time")),
});

/** Up to 1,000 of them. */
export function listOf<Item extends TSchema>(item: Item, description: string) {
  return Type.Optional(Type.Array(item, { minItems: 1, maxItems: 1000, description }));
}
