/** The REST calls of the inventory: each runs a command or a query. */

import type { InventoryOutbox } from "@orders/generated/inventory";
import { Sku } from "@orders/generated/messages";
import {
  answerOnce,
  type Database,
  IdempotencyKeys,
  type IdempotentRequest,
  type Transaction,
} from "@rabbit-contract/postgres";
import {
  answer,
  type ConventionOptions,
  closed,
  conflict,
  createApp,
  cursorOf,
  idempotentRequest,
  invalidInput,
  KeyedHeaders,
  mapError,
  notFound,
  pageOf,
  pageParameters,
  problem,
} from "@rabbit-contract/service/http";
import { Type } from "@sinclair/typebox";
import { may } from "../access.ts";
import { changeProduct } from "../commands/change-product.ts";
import type { CommandContext } from "../commands/context.ts";
import { createProduct } from "../commands/create-product.ts";
import { recordMovement } from "../commands/record-movement.ts";
import { listMovements } from "../queries/movements.ts";
import { getProduct, listProducts } from "../queries/products.ts";
import { getReservation } from "../queries/reservations.ts";
import { ProductExists, StockConflict, UnknownProduct } from "../refusals.ts";
import { idempotencyKeys } from "../schema.ts";
import * as schemas from "./schemas.ts";

export interface InventoryAppOptions extends Omit<ConventionOptions, "errors"> {
  readonly database: Database;
  readonly outbox: InventoryOutbox<Transaction>;
}

const bySku = cursorOf(Type.Tuple([Sku]));
const byEntry = cursorOf(schemas.LedgerKey);
const created = 201;

/** Keys of the operators' calls that are not idempotent without one. */
export const productKeys = new IdempotencyKeys<unknown>(idempotencyKeys);

/** For a typed client: `treaty<App>(url)` of @elysiajs/eden. */
export type App = ReturnType<typeof createInventoryApp>;

export function createInventoryApp(options: InventoryAppOptions) {
  const { database, outbox } = options;
  const run = <Result>(command: (context: CommandContext) => Promise<Result>) =>
    database.transaction((tx) => command({ tx, outbox }));
  /** Like `run`, but once per key: a repeated request gets the first result. */
  const runOnce = <Result>(
    request: IdempotentRequest | undefined,
    command: (context: CommandContext) => Promise<Result>,
  ) =>
    run(async (context) => {
      const work = async () => ({ status: created, answer: await command(context) });
      return (await answerOnce(context.tx, productKeys, request, work)).answer;
    });
  return createApp({
    ...options,
    title: "Inventory",
    version: "1.0.0",
    description: "Products, their stock, and the reservations for orders.",
    errors: [
      mapError(UnknownProduct, ({ sku }) => notFound("product", sku)),
      mapError(ProductExists, ({ message }) =>
        conflict("product-exists", "The product already exists", message),
      ),
      mapError(StockConflict, ({ message, stock }) =>
        conflict("stock-conflict", "The stock does not allow it", message, { extensions: { stock } }),
      ),
    ],
  })
    .post(
      "/products",
      async ({ body, caller, headers, trace, set, status }) => {
        const request = idempotentRequest(caller, headers, { call: "create product", body });
        const product = await runOnce(request, (context) =>
          createProduct(context, { ...body, cause: trace }),
        );
        set.headers.location = `/products/${product.sku}`;
        return status(201, product);
      },
      {
        access: may.changeProducts,
        headers: KeyedHeaders,
        body: schemas.NewProduct,
        response: {
          201: answer(schemas.Product, "The product", { location: "Path of the product" }),
          409: problem("A product with this SKU already exists"),
        },
        detail: {
          summary: "Create a product",
          description:
            "A new product has nothing on hand: record a stock movement to add stock. With an " +
            "`Idempotency-Key`, the request can be repeated safely.",
        },
      },
    )
    .get(
      "/products",
      ({ query: { sku, category, lowStock, ...query } }) =>
        bySku.page(
          query,
          (after, limit) =>
            listProducts(database, {
              sku,
              category,
              lowStock: lowStock === "true",
              after: after?.[0],
              limit,
            }),
          (product) => [product.sku],
        ),
      {
        access: may.readProducts,
        query: schemas.ProductQuery,
        response: { 200: pageOf(schemas.Product, "A page of products") },
        detail: {
          summary: "List products",
          description: "In order of SKU.",
        },
      },
    )
    .get(
      "/products/:sku",
      async ({ params: { sku } }) => found(await getProduct(database, sku), "product", sku),
      {
        access: may.readProducts,
        params: schemas.SkuPath,
        response: { 200: schemas.Product, 404: problem("There is no such product") },
        detail: { summary: "Get a product with its stock" },
      },
    )
    .patch(
      "/products/:sku",
      ({ params: { sku }, body, trace }) =>
        run((context) => changeProduct(context, { sku, patch: body, cause: trace })),
      {
        access: may.changeProducts,
        params: schemas.SkuPath,
        body: schemas.ProductPatch,
        response: {
          200: answer(schemas.Product, "The product as it is now"),
          404: problem("There is no such product"),
        },
        detail: {
          summary: "Change a product",
          description: "Existing orders keep the name and price that they were placed with.",
        },
      },
    )
    .post(
      "/products/:sku/stock-movements",
      async ({ params: { sku }, body, caller, headers, trace, status }) => {
        if (body.quantity === 0) throw invalidInput([{ pointer: "/quantity", detail: "must not be 0" }]);
        const request = idempotentRequest(caller, headers, { call: "record movement", sku, body });
        const movement = await runOnce(request, (context) =>
          recordMovement(context, { sku, ...body, cause: trace }),
        );
        return status(201, movement);
      },
      {
        access: may.changeStock,
        headers: KeyedHeaders,
        params: schemas.SkuPath,
        body: schemas.NewMovement,
        response: {
          201: schemas.StockMovement,
          404: problem("There is no such product"),
          409: problem(
            "Less would remain than is reserved, or more than the maximum; `stock` has the current values",
          ),
        },
        detail: {
          summary: "Record a stock movement",
          description:
            "Changes the stock on hand by a signed quantity and records the reason. Without an " +
            "`Idempotency-Key`, a repeated request changes it again.",
        },
      },
    )
    .get(
      "/products/:sku/stock-movements",
      ({ params: { sku }, query }) =>
        byEntry.page(
          query,
          async (key, limit) => {
            const after = key && { id: key[0], quantity: key[1], balance: key[2] };
            const entries = await listMovements(database, { sku, after, limit });
            return found(entries, "product", sku);
          },
          ({ id, quantity, balance }) => [id, quantity, balance],
        ),
      {
        access: may.readStock,
        params: schemas.SkuPath,
        query: closed(pageParameters),
        response: {
          200: pageOf(schemas.LedgerEntry, "A page of movements"),
          404: problem("There is no such product"),
        },
        detail: {
          summary: "List stock movements",
          description: "Newest first, each with the stock on hand after it.",
        },
      },
    )
    .get(
      "/reservations/:orderId",
      async ({ params: { orderId } }) => {
        const reservation = await getReservation(database, orderId);
        return found(reservation, "reservation for the order", orderId);
      },
      {
        access: may.readStock,
        params: schemas.OrderPath,
        response: { 200: schemas.Reservation, 404: problem("There is no reservation for this order") },
        detail: { summary: "Get the reservation for an order" },
      },
    );
}

/** @throws ProblemError 404 if a query found nothing */
function found<Result>(result: Result | undefined, what: string, id: string): Result {
  if (result === undefined) throw notFound(what, id);
  return result;
}
