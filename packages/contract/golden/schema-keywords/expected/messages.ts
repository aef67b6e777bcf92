// Generated from packages/contract/golden/schema-keywords/asyncapi.yaml (version 0.1.0) by `make generate`.
// Do not edit: change the contract and generate again.
import { Type } from "@sinclair/typebox";
import {
  countKeys,
  duplicateIndex,
  isArray,
  isDateTime,
  isEmail,
  isMultipleOf,
  isObject,
  isUuid,
  longerThan,
  missing,
  mustBe,
  mustHave,
  mustMatch,
  own,
  type Problem,
  segment,
  unknownKey,
  within,
} from "@rabbit-contract/messaging/validation";
import { defineMessage } from "@rabbit-contract/messaging";

/** Headers of every message. */
export interface Headers {
  /** Version of the payload. */
  "schema-version": 1;
  /** Trace of the message. */
  trace?: string;
}

export const Headers = Type.Object(
  {
    "schema-version": Type.Literal(1, { description: "Version of the payload." }),
    trace: Type.Optional(Type.String({ minLength: 1, maxLength: 32, description: "Trace of the message." })),
  },
  { description: "Headers of every message." },
);

const headersKeys = new Set<string>(["schema-version", "trace"]);

export function checkHeaders(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const schemaVersion = own(value, "schema-version");
  if (schemaVersion === undefined) return missing("/schema-version");
  if (schemaVersion !== 1) return mustBe("1", schemaVersion, "/schema-version");
  const trace = own(value, "trace");
  if (trace !== undefined) {
    if (typeof trace !== "string") return mustBe("a string", trace, "/trace");
    if (trace === "") return mustBe("at least 1 character long", trace, "/trace");
    if (longerThan(trace, 32)) return mustBe("at most 32 characters long", trace, "/trace");
  }
  return closed ? unknownKey(value, headersKeys) : undefined;
}

/** Stock keeping unit. */
export type Sku = string;

export const Sku = Type.String({ pattern: "^[A-Z]-[0-9]{1,4}$", description: "Stock keeping unit." });

const skuPattern = /^[A-Z]-[0-9]{1,4}$/u;

export function checkSku(value: unknown, _closed: boolean): Problem | undefined {
  if (typeof value !== "string") return mustBe("a string", value);
  if (!skuPattern.test(value)) return mustMatch(skuPattern, value);
  return undefined;
}

/** Pieces of a product. */
export interface Piece {
  /** Tells it from the others. */
  kind: "piece";
  sku: Sku;
  /** Number of pieces. */
  quantity: number;
}

export const Piece = Type.Object(
  {
    kind: Type.Literal("piece", { description: "Tells it from the others." }),
    sku: Sku,
    quantity: Type.Integer({ minimum: 1, exclusiveMaximum: 1000, description: "Number of pieces." }),
  },
  { additionalProperties: false, description: "Pieces of a product." },
);

const pieceKeys = new Set<string>(["kind", "sku", "quantity"]);

export function checkPiece(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const kind = own(value, "kind");
  if (kind === undefined) return missing("/kind");
  if (kind !== "piece") return mustBe('"piece"', kind, "/kind");
  const sku = own(value, "sku");
  if (sku === undefined) return missing("/sku");
  const skuProblem = checkSku(sku, closed);
  if (skuProblem) return within(skuProblem, "/sku");
  const quantity = own(value, "quantity");
  if (quantity === undefined) return missing("/quantity");
  if (typeof quantity !== "number" || !Number.isInteger(quantity)) {
    return mustBe("an integer", quantity, "/quantity");
  }
  if (quantity < 1) return mustBe("at least 1", quantity, "/quantity");
  if (quantity >= 1000) return mustBe("below 1000", quantity, "/quantity");
  return unknownKey(value, pieceKeys);
}

/** Something sold by weight. */
export interface Weighed {
  /** Tells it from the others. */
  kind: "weighed";
  /** Weight in grams. */
  grams: number;
}

export const Weighed = Type.Object(
  {
    kind: Type.Literal("weighed", { description: "Tells it from the others." }),
    grams: Type.Number({
      maximum: 100000,
      exclusiveMinimum: 0,
      multipleOf: 0.5,
      description: "Weight in grams.",
    }),
  },
  { additionalProperties: false, description: "Something sold by weight." },
);

const weighedKeys = new Set<string>(["kind", "grams"]);

export function checkWeighed(value: unknown, _closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const kind = own(value, "kind");
  if (kind === undefined) return missing("/kind");
  if (kind !== "weighed") return mustBe('"weighed"', kind, "/kind");
  const grams = own(value, "grams");
  if (grams === undefined) return missing("/grams");
  if (typeof grams !== "number" || !Number.isFinite(grams)) {
    return mustBe("a finite number", grams, "/grams");
  }
  if (grams <= 0) return mustBe("above 0", grams, "/grams");
  if (grams > 100000) return mustBe("at most 100000", grams, "/grams");
  if (!isMultipleOf(grams, 0.5)) return mustBe("a multiple of 0.5", grams, "/grams");
  return unknownKey(value, weighedKeys);
}

/** One thing in the basket. */
export type Item = Piece | Weighed;

export const Item = Type.Union([Piece, Weighed], { description: "One thing in the basket." });

export function checkItem(value: unknown, closed: boolean): Problem | undefined {
  if (isObject(value)) {
    const kind = own(value, "kind");
    if (kind === undefined) return missing("/kind");
    switch (kind) {
      case "piece":
        return checkPiece(value, closed);
      case "weighed":
        return checkWeighed(value, closed);
      default:
        return mustBe('"piece" or "weighed"', kind, "/kind");
    }
  }
  return mustBe("an object", value);
}

/** Who did something, and when. */
export interface Stamp {
  /** Who did it. */
  by: string;
  /** When. */
  at: string;
}

export const Stamp = Type.Object(
  {
    by: Type.String({ minLength: 1, description: "Who did it." }),
    at: Type.String({ format: "date-time", description: "When." }),
  },
  { description: "Who did something, and when." },
);

const stampKeys = new Set<string>(["by", "at"]);

export function checkStamp(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const by = own(value, "by");
  if (by === undefined) return missing("/by");
  if (typeof by !== "string") return mustBe("a string", by, "/by");
  if (by === "") return mustBe("at least 1 character long", by, "/by");
  const at = own(value, "at");
  if (at === undefined) return missing("/at");
  if (typeof at !== "string") return mustBe("a string", at, "/at");
  if (!isDateTime(at)) return mustBe("a date and time as in RFC 3339", at, "/at");
  return closed ? unknownKey(value, stampKeys) : undefined;
}

/** A remark. */
export interface Note {
  /** The remark. */
  note?: string;
}

export const Note = Type.Object(
  { note: Type.Optional(Type.String({ maxLength: 100, description: "The remark." })) },
  { description: "A remark." },
);

const noteKeys = new Set<string>(["note"]);

export function checkNote(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const note = own(value, "note");
  if (note !== undefined) {
    if (typeof note !== "string") return mustBe("a string", note, "/note");
    if (longerThan(note, 100)) return mustBe("at most 100 characters long", note, "/note");
  }
  return closed ? unknownKey(value, noteKeys) : undefined;
}

/** A full basket. */
export interface BasketFilled {
  /** Id of the basket. */
  basketId: string;
  /** How it is wrapped. */
  kind: "plain" | "gift";
  /** Always 1. */
  format: 1;
  /** What is in it. */
  items: Item[];
  /** Free words. */
  tags?: string[];
  /** Share of the price. */
  discount?: number;
  /** Whom to ask. */
  contact?: string;
  /** The basket it was split from, or null. */
  parent?: string | null;
  /** Values by label. */
  labels?: { [key: string]: string };
  /** Who filled it. */
  audit: Stamp & Note;
}

export const BasketFilled = Type.Object(
  {
    basketId: Type.String({ format: "uuid", description: "Id of the basket." }),
    kind: Type.Union([Type.Literal("plain"), Type.Literal("gift")], { description: "How it is wrapped." }),
    format: Type.Literal(1, { description: "Always 1." }),
    items: Type.Array(Item, { minItems: 1, maxItems: 50, description: "What is in it." }),
    tags: Type.Optional(Type.Array(
      Type.String({ minLength: 1, maxLength: 10, description: "A word." }),
      { uniqueItems: true, description: "Free words." },
    )),
    discount: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: "Share of the price." })),
    contact: Type.Optional(Type.String({ format: "email", description: "Whom to ask." })),
    parent: Type.Optional(Type.Union(
      [
        Type.String({ format: "uuid", description: "Id of a basket." }),
        Type.Null({ description: "It was not split from any." }),
      ],
      { description: "The basket it was split from, or null." },
    )),
    labels: Type.Optional(Type.Unsafe<{ [key: string]: string }>(Type.Object(
      {},
      {
        additionalProperties: Type.String({ maxLength: 20, description: "Value of the label." }),
        minProperties: 1,
        maxProperties: 5,
        description: "Values by label.",
      },
    ))),
    audit: Type.Intersect([Stamp, Note], { description: "Who filled it." }),
  },
  { description: "A full basket." },
);

const basketFilledAuditKeys = new Set<string>(["by", "at", "note"]);
const basketFilledKeys = new Set<string>([
  "basketId",
  "kind",
  "format",
  "items",
  "tags",
  "discount",
  "contact",
  "parent",
  "labels",
  "audit",
]);

function checkBasketFilledItems(value: unknown, closed: boolean): Problem | undefined {
  if (!isArray(value)) return mustBe("an array", value);
  if (value.length < 1) return mustHave("at least 1 item", value);
  if (value.length > 50) return mustHave("at most 50 items", value);
  for (let index = 0; index < value.length; index++) {
    const element = value[index];
    const elementProblem = checkItem(element, closed);
    if (elementProblem) return within(elementProblem, `/${index}`);
  }
  return undefined;
}

function checkBasketFilledTags(value: unknown, _closed: boolean): Problem | undefined {
  if (!isArray(value)) return mustBe("an array", value);
  for (let index = 0; index < value.length; index++) {
    const element = value[index];
    if (typeof element !== "string") return mustBe("a string", element, `/${index}`);
    if (element === "") return mustBe("at least 1 character long", element, `/${index}`);
    if (longerThan(element, 10)) return mustBe("at most 10 characters long", element, `/${index}`);
  }
  const duplicate = duplicateIndex(value);
  if (duplicate >= 0) {
    return mustBe("different from the items before it", value[duplicate], `/${duplicate}`);
  }
  return undefined;
}

function checkBasketFilledParent(value: unknown, _closed: boolean): Problem | undefined {
  if (value === null) return undefined;
  if (typeof value === "string") {
    if (!isUuid(value)) return mustBe("a UUID", value);
    return undefined;
  }
  return mustBe("null or a string", value);
}

function checkBasketFilledLabels(value: unknown, _closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  if (countKeys(value) < 1) return mustHave("at least 1 property", value);
  if (countKeys(value) > 5) return mustHave("at most 5 properties", value);
  for (const key in value) {
    const entry = own(value, key);
    if (entry === undefined) continue;
    if (typeof entry !== "string") return mustBe("a string", entry, segment(key));
    if (longerThan(entry, 20)) return mustBe("at most 20 characters long", entry, segment(key));
  }
  return undefined;
}

function checkBasketFilledAudit(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const by = own(value, "by");
  if (by === undefined) return missing("/by");
  if (typeof by !== "string") return mustBe("a string", by, "/by");
  if (by === "") return mustBe("at least 1 character long", by, "/by");
  const at = own(value, "at");
  if (at === undefined) return missing("/at");
  if (typeof at !== "string") return mustBe("a string", at, "/at");
  if (!isDateTime(at)) return mustBe("a date and time as in RFC 3339", at, "/at");
  const note = own(value, "note");
  if (note !== undefined) {
    if (typeof note !== "string") return mustBe("a string", note, "/note");
    if (longerThan(note, 100)) return mustBe("at most 100 characters long", note, "/note");
  }
  return closed ? unknownKey(value, basketFilledAuditKeys) : undefined;
}

export function checkBasketFilled(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const basketId = own(value, "basketId");
  if (basketId === undefined) return missing("/basketId");
  if (typeof basketId !== "string") return mustBe("a string", basketId, "/basketId");
  if (!isUuid(basketId)) return mustBe("a UUID", basketId, "/basketId");
  const kind = own(value, "kind");
  if (kind === undefined) return missing("/kind");
  if (kind !== "plain" && kind !== "gift") return mustBe('"plain" or "gift"', kind, "/kind");
  const format = own(value, "format");
  if (format === undefined) return missing("/format");
  if (format !== 1) return mustBe("1", format, "/format");
  const items = own(value, "items");
  if (items === undefined) return missing("/items");
  const itemsProblem = checkBasketFilledItems(items, closed);
  if (itemsProblem) return within(itemsProblem, "/items");
  const tags = own(value, "tags");
  if (tags !== undefined) {
    const tagsProblem = checkBasketFilledTags(tags, closed);
    if (tagsProblem) return within(tagsProblem, "/tags");
  }
  const discount = own(value, "discount");
  if (discount !== undefined) {
    if (typeof discount !== "number" || !Number.isFinite(discount)) {
      return mustBe("a finite number", discount, "/discount");
    }
    if (discount < 0) return mustBe("at least 0", discount, "/discount");
    if (discount > 1) return mustBe("at most 1", discount, "/discount");
  }
  const contact = own(value, "contact");
  if (contact !== undefined) {
    if (typeof contact !== "string") return mustBe("a string", contact, "/contact");
    if (!isEmail(contact)) return mustBe("an e-mail address", contact, "/contact");
  }
  const parent = own(value, "parent");
  if (parent !== undefined) {
    const parentProblem = checkBasketFilledParent(parent, closed);
    if (parentProblem) return within(parentProblem, "/parent");
  }
  const labels = own(value, "labels");
  if (labels !== undefined) {
    const labelsProblem = checkBasketFilledLabels(labels, closed);
    if (labelsProblem) return within(labelsProblem, "/labels");
  }
  const audit = own(value, "audit");
  if (audit === undefined) return missing("/audit");
  const auditProblem = checkBasketFilledAudit(audit, closed);
  if (auditProblem) return within(auditProblem, "/audit");
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
