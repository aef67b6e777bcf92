/** Requests and responses of the REST calls. The limits are the contract's, so that every product fits its message. */

import { Money, ProductChanged, Shortage, Sku, StockLow } from "@orders/generated/messages";
import { closed, dateTime, oneOf, pageParameters, uuid } from "@rabbit-contract/service/http";
import { type TSchema, Type } from "@sinclair/typebox";

const { name, description, category, lowStockThreshold } = ProductChanged.properties;
const unitPrice = closed(Money.properties, { description: "Price of one piece" });
const pieces = StockLow.properties.available.maximum ?? 0;

const lamp = {
  sku: "LAMP-01",
  name: "Desk lamp",
  category: "lighting",
  unitPrice: { amount: 3950, currency: "EUR" },
  lowStockThreshold: 5,
};

export const SkuPath = closed({ sku: Sku });
export const OrderPath = closed({ orderId: uuid("Id of the order") });

export const ProductQuery = closed({
  sku: Type.Optional(Type.String({ ...Sku, description: "Only the product with this SKU, if it exists" })),
  category,
  lowStock: Type.Optional(
    oneOf(["true"], { description: "Only products whose available stock has fallen to their threshold" }),
  ),
  ...pageParameters,
});

export const NewProduct = closed(
  { sku: Sku, name, description, category, unitPrice, lowStockThreshold },
  { examples: [lamp] },
);

export const ProductPatch = closed(
  {
    name: Type.Optional(name),
    description: removable(description),
    category: removable(category),
    unitPrice: Type.Optional(
      closed({
        amount: Type.Optional(Money.properties.amount),
        currency: Type.Optional(Money.properties.currency),
      }),
    ),
    lowStockThreshold: removable(lowStockThreshold),
  },
  {
    description: "A JSON merge patch (RFC 7396): what is absent stays as it is, null removes",
    examples: [{ unitPrice: { amount: 3750 }, category: null }],
  },
);

export const Product = Type.Object(
  {
    sku: Sku,
    name,
    description,
    category,
    unitPrice: Money,
    lowStockThreshold,
    stock: Type.Object(
      {
        onHand: Type.Integer({ description: "Pieces in the warehouse" }),
        reserved: Type.Integer({ description: "Pieces of these that are reserved for orders" }),
        available: Type.Integer({ description: "Pieces available to new orders" }),
      },
      { description: "Its current stock" },
    ),
  },
  { description: "The product", examples: [{ ...lamp, stock: { onHand: 40, reserved: 3, available: 37 } }] },
);

const reasons = ["receipt", "return", "correction", "loss"] as const;
const Quantity = Type.Integer({
  minimum: -pieces,
  maximum: pieces,
  description: "Pieces received (positive) or removed (negative); not 0",
});
const Note = Type.String({ minLength: 1, maxLength: 500, description: "Free text" });

export const NewMovement = closed(
  {
    quantity: Quantity,
    reason: oneOf(reasons, { description: "Why pieces were received or removed" }),
    note: Type.Optional(Note),
  },
  { examples: [{ quantity: 40, reason: "receipt", note: "Delivery note 4711" }] },
);

const receipt = {
  id: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
  sku: "LAMP-01",
  quantity: 40,
  reason: "receipt",
  note: "Delivery note 4711",
  createdAt: "2026-03-14T09:26:53.590Z",
};

export const StockMovement = Type.Object(
  {
    id: uuid("UUIDv7"),
    sku: Sku,
    quantity: Quantity,
    reason: oneOf([...reasons, "shipment", "opening-balance"], {
      description:
        "Why stock changed. The system records `shipment` when an order is shipped, and `opening-balance` as the " +
        "sum of old movements",
    }),
    note: Type.Optional(Note),
    orderId: Type.Optional(uuid("The order of a shipment")),
    createdAt: dateTime(),
  },
  {
    description: "The movement",
    examples: [receipt],
  },
);

const balance = Type.Integer({ description: "Pieces on hand after it" });

export const LedgerEntry = Type.Object(
  { ...StockMovement.properties, balance },
  {
    description: "The movement, with the balance of the product's ledger",
    examples: [{ ...receipt, balance: 40 }],
  },
);

/** Cursor of the ledger: the last entry's sort key, and what the next balance is computed from. */
export const LedgerKey = Type.Tuple([uuid(), Type.Integer(), Type.Integer()]);

export const Reservation = Type.Object(
  {
    orderId: uuid("Id of the order"),
    status: oneOf(["reserved", "rejected", "released", "taken"], {
      description:
        "`reserved` holds stock; `rejected` never did; `released` gave it back, or was cancelled before it was " +
        "reserved; `taken` was shipped",
    }),
    lines: Type.Array(Type.Object({ sku: Sku, quantity: Type.Integer({ minimum: 1 }) }), {
      description: "Empty if the order was cancelled or expired before its lines arrived here",
    }),
    shortages: Type.Optional(Type.Array(Shortage, { description: "Why it is `rejected`" })),
    createdAt: dateTime(),
    updatedAt: dateTime("When it reached its status"),
  },
  {
    description: "The reservation",
    examples: [
      {
        orderId: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
        status: "reserved",
        lines: [{ sku: "LAMP-01", quantity: 2 }],
        createdAt: "2026-03-14T09:26:53.590Z",
        updatedAt: "2026-03-14T09:26:53.590Z",
      },
    ],
  },
);

/** A field that a merge patch may omit, or remove with null. */
function removable<Schema extends TSchema>(schema: Schema) {
  return Type.Optional(Type.Union([Type.Optional(schema, false), Type.Null()]));
}
