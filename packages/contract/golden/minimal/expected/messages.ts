// Generated from packages/contract/golden/minimal/asyncapi.yaml (version 0.1.0) by `make generate`.
// Do not edit: change the contract and generate again.
import { Type } from "@sinclair/typebox";
import {
  isObject,
  isUuid,
  longerThan,
  missing,
  mustBe,
  own,
  type Problem,
  unknownKey,
} from "@rabbit-contract/messaging/validation";
import { defineMessage } from "@rabbit-contract/messaging";

/** Headers of every message. */
export interface Headers {
  /** Version of the payload. */
  "schema-version": 1;
}

export const Headers = Type.Object(
  { "schema-version": Type.Literal(1, { description: "Version of the payload." }) },
  { description: "Headers of every message." },
);

const headersKeys = new Set<string>(["schema-version"]);

export function checkHeaders(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const schemaVersion = own(value, "schema-version");
  if (schemaVersion === undefined) return missing("/schema-version");
  if (schemaVersion !== 1) return mustBe("1", schemaVersion, "/schema-version");
  return closed ? unknownKey(value, headersKeys) : undefined;
}

/** A full basket. */
export interface BasketFilled {
  /** Id of the basket. */
  basketId: string;
  /** Number of items. */
  items: number;
  /** What the customer wrote. */
  note?: string;
}

export const BasketFilled = Type.Object(
  {
    basketId: Type.String({ format: "uuid", description: "Id of the basket." }),
    items: Type.Integer({ minimum: 1, maximum: 100, description: "Number of items." }),
    note: Type.Optional(Type.String({ maxLength: 200, description: "What the customer wrote." })),
  },
  { description: "A full basket." },
);

const basketFilledKeys = new Set<string>(["basketId", "items", "note"]);

export function checkBasketFilled(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const basketId = own(value, "basketId");
  if (basketId === undefined) return missing("/basketId");
  if (typeof basketId !== "string") return mustBe("a string", basketId, "/basketId");
  if (!isUuid(basketId)) return mustBe("a UUID", basketId, "/basketId");
  const items = own(value, "items");
  if (items === undefined) return missing("/items");
  if (typeof items !== "number" || !Number.isInteger(items)) {
    return mustBe("an integer", items, "/items");
  }
  if (items < 1) return mustBe("at least 1", items, "/items");
  if (items > 100) return mustBe("at most 100", items, "/items");
  const note = own(value, "note");
  if (note !== undefined) {
    if (typeof note !== "string") return mustBe("a string", note, "/note");
    if (longerThan(note, 200)) return mustBe("at most 200 characters long", note, "/note");
  }
  return closed ? unknownKey(value, basketFilledKeys) : undefined;
}

/** `basket.filled`: A basket is full. */
export const basketFilledMessage = defineMessage<BasketFilled>({
  type: "basket.filled",
  schemaVersion: 1,
  payload: BasketFilled,
  headers: Headers,
  checkPayload: checkBasketFilled,
  checkHeaders: checkHeaders,
});
