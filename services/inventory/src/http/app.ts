/** The REST calls of the inventory: each runs a command or a query. */

import type { InventoryOutbox } from "@orders/generated/inventory";
import { Sku } from "@orders/generated/messages";
import { type Database, isUnavailable, type Transaction } from "@rabbit-contract/postgres";
import type { Logger } from "@rabbit-contract/service";
import type { Guard } from "@rabbit-contract/service/access";
import {
  answer,
  closed,
  conflict,
  createApp,
  cursorOf,
  type HealthChecks,
  invalidInput,
  mapError,
  notFound,
  pageOf,
  pageParameters,
  problem,
  uuid,
} from "@rabbit-contract/service/http";
import type { Telemetry } from "@rabbit-contract/service/telemetry";
import { Type } from "@sinclair/typebox";
import { changeProduct } from "../commands/change-product.ts";
import { createProduct } from "../commands/create-product.ts";
import type { StockMovement } from "../commands/movements.ts";
import { recordMovement } from "../commands/record-movement.ts";
import {
  ProductExistsError,
  StockConflictError,
  UnknownProductError,
  UnknownReservationError,
} from "../errors.ts";
import { getProduct } from "../queries/get-product.ts";
import { getReservation, type Reservation } from "../queries/get-reservation.ts";
import { listMovements } from "../queries/list-movements.ts";
import { listProducts } from "../queries/list-products.ts";
import * as schemas from "./schemas.ts";

export interface InventoryAppOptions {
  readonly database: Database;
  readonly outbox: InventoryOutbox<Transaction>;
  readonly log: Logger;
  readonly guard: Guard;
  readonly checks?: HealthChecks;
  readonly telemetry?: Telemetry | undefined;
}

const bySku = cursorOf(Type.Tuple([Sku]));
const byId = cursorOf(Type.Tuple([uuid()]));

export function createInventoryApp(options: InventoryAppOptions) {
  const { database, outbox, log, guard, checks = {}, telemetry } = options;
  return createApp({
    title: "Inventory",
    version: "1.0.0",
    description: "Products, what there is of them, and what is reserved for orders.",
    log,
    guard,
    checks,
    telemetry,
    isUnavailable,
    errors: [
      mapError(UnknownProductError, ({ sku }) => notFound("product", sku)),
      mapError(UnknownReservationError, ({ orderId }) => notFound("reservation for the order", orderId)),
      mapError(ProductExistsError, ({ message }) =>
        conflict("product-exists", "The product exists already", message),
      ),
      mapError(StockConflictError, ({ message, stock }) =>
        conflict("stock-conflict", "The stock does not allow it", message, { extensions: { stock } }),
      ),
    ],
  })
    .post(
      "/products",
      async ({ body, trace, set, status }) => {
        const product = await createProduct(database, outbox, body, trace);
        set.headers.location = `/products/${product.sku}`;
        return status(201, product);
      },
      {
        access: "operator",
        body: schemas.NewProduct,
        response: {
          201: answer(schemas.Product, "The product", { location: "Path of the product" }),
          409: problem("There is a product with this SKU already"),
        },
        detail: {
          summary: "Create a product",
          description: "It starts with nothing on hand: record a stock movement for what there is.",
        },
      },
    )
    .get(
      "/products",
      ({ query: { category, ...query } }) =>
        bySku.page(
          query,
          (after, limit) => listProducts(database, { category, after: after?.[0], limit }),
          (product) => [product.sku],
        ),
      {
        access: "customer",
        query: closed({ category: schemas.Category, ...pageParameters }),
        response: { 200: pageOf(schemas.Product, "A page of products") },
        detail: {
          summary: "List products",
          description: "In order of SKU.",
        },
      },
    )
    .get("/products/:sku", ({ params }) => getProduct(database, params.sku), {
      access: "customer",
      params: schemas.SkuPath,
      response: { 200: schemas.Product, 404: problem("There is no such product") },
      detail: { summary: "Get a product with its stock" },
    })
    .patch(
      "/products/:sku",
      ({ params, body, trace }) => changeProduct(database, outbox, params.sku, body, trace),
      {
        access: "operator",
        params: schemas.SkuPath,
        body: schemas.ProductPatch,
        response: {
          200: answer(schemas.Product, "The product as it is now"),
          404: problem("There is no such product"),
        },
        detail: {
          summary: "Change a product",
          description: "Orders that were placed before keep the name and price that they were placed at.",
        },
      },
    )
    .post(
      "/products/:sku/stock-movements",
      async ({ params: { sku }, body, trace, status }) => {
        if (body.quantity === 0) throw invalidInput([{ pointer: "/quantity", detail: "must not be 0" }]);
        return status(201, movementBody(await recordMovement(database, outbox, { sku, ...body }, trace)));
      },
      {
        access: "operator",
        params: schemas.SkuPath,
        body: schemas.NewMovement,
        response: {
          201: schemas.StockMovement,
          404: problem("There is no such product"),
          409: problem(
            "Less would be left than is reserved, or more than there can be; `stock` says what there is",
          ),
        },
        detail: {
          summary: "Record a stock movement",
          description: "Changes what is on hand by a signed quantity, and keeps why.",
        },
      },
    )
    .get(
      "/products/:sku/stock-movements",
      ({ params: { sku }, query }) =>
        byId.page(
          query,
          async (after, limit) => {
            const movements = await listMovements(database, { sku, after: after?.[0], limit });
            return movements.map(movementBody);
          },
          (movement) => [movement.id],
        ),
      {
        access: "operator",
        params: schemas.SkuPath,
        query: closed(pageParameters),
        response: {
          200: pageOf(schemas.StockMovement, "A page of movements"),
          404: problem("There is no such product"),
        },
        detail: {
          summary: "List stock movements",
          description: "The newest first.",
        },
      },
    )
    .get(
      "/reservations/:orderId",
      async ({ params }) => reservationBody(await getReservation(database, params.orderId)),
      {
        access: "operator",
        params: schemas.OrderPath,
        response: { 200: schemas.Reservation, 404: problem("There is no reservation for such an order") },
        detail: { summary: "Get the reservation for an order" },
      },
    );
}

function movementBody(movement: StockMovement): schemas.StockMovementBody {
  return { ...movement, createdAt: movement.createdAt.toISOString() };
}

function reservationBody({ lines, shortages, ...rest }: Reservation): schemas.ReservationBody {
  return {
    ...rest,
    lines: [...lines],
    ...(shortages && { shortages: [...shortages] }),
    createdAt: rest.createdAt.toISOString(),
    updatedAt: rest.updatedAt.toISOString(),
  };
}
