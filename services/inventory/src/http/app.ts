/** The REST calls of the inventory. Everything they do is done by a use case. */

import type { InventoryOutbox } from "@orders/generated/inventory";
import { Sku } from "@orders/generated/messages";
import { type Database, isUnavailable, type Transaction } from "@rabbit-contract/postgres";
import type { Logger } from "@rabbit-contract/service";
import type { Guard } from "@rabbit-contract/service/access";
import {
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
  route,
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
      route({
        summary: "Create a product",
        access: "operator",
        description: "It starts with nothing on hand: record a stock movement for what there is.",
        body: schemas.NewProduct,
        responses: {
          201: {
            description: "The product",
            body: schemas.Product,
            headers: { location: "Path of the product" },
          },
        },
        problems: { 409: "There is a product with this SKU already" },
      }),
    )
    .get(
      "/products",
      async ({ query: { category, after, limit } }) => {
        const [sku] = bySku.decode(after) ?? [];
        const products = await listProducts(database, { category, after: sku, limit: limit + 1 });
        return bySku.page(products, limit, (product) => [product.sku]);
      },
      route({
        summary: "List products",
        access: "customer",
        description: "In order of SKU.",
        query: closed({ category: schemas.Category, ...pageParameters }),
        responses: { 200: { description: "A page of products", body: pageOf(schemas.Product) } },
      }),
    )
    .get(
      "/products/:sku",
      ({ params }) => getProduct(database, params.sku),
      route({
        summary: "Get a product with its stock",
        access: "customer",
        params: schemas.SkuPath,
        responses: { 200: { description: "The product", body: schemas.Product } },
      }),
    )
    .patch(
      "/products/:sku",
      ({ params, body, trace }) => changeProduct(database, outbox, params.sku, body, trace),
      route({
        summary: "Change a product",
        access: "operator",
        description: "Orders that are placed already keep the name and price that they were placed at.",
        params: schemas.SkuPath,
        body: schemas.ProductPatch,
        responses: { 200: { description: "The product as it is now", body: schemas.Product } },
      }),
    )
    .post(
      "/products/:sku/stock-movements",
      async ({ params: { sku }, body, trace, status }) => {
        if (body.quantity === 0) throw invalidInput([{ pointer: "/quantity", detail: "must not be 0" }]);
        return status(201, movementBody(await recordMovement(database, outbox, { sku, ...body }, trace)));
      },
      route({
        summary: "Record a stock movement",
        access: "operator",
        description: "Changes what is on hand by a signed quantity, and keeps why.",
        params: schemas.SkuPath,
        body: schemas.NewMovement,
        responses: { 201: { description: "The movement", body: schemas.StockMovement } },
        problems: {
          409: "Less would be left than is reserved, or more than there can be; `stock` says what there is",
        },
      }),
    )
    .get(
      "/products/:sku/stock-movements",
      async ({ params: { sku }, query: { after, limit } }) => {
        const [id] = byId.decode(after) ?? [];
        const movements = await listMovements(database, { sku, after: id, limit: limit + 1 });
        return byId.page(movements.map(movementBody), limit, (movement) => [movement.id]);
      },
      route({
        summary: "List stock movements",
        access: "operator",
        description: "The newest first.",
        params: schemas.SkuPath,
        query: closed(pageParameters),
        responses: { 200: { description: "A page of movements", body: pageOf(schemas.StockMovement) } },
      }),
    )
    .get(
      "/reservations/:orderId",
      async ({ params }) => reservationBody(await getReservation(database, params.orderId)),
      route({
        summary: "Get the reservation for an order",
        access: "operator",
        params: schemas.OrderPath,
        responses: { 200: { description: "The reservation", body: schemas.Reservation } },
      }),
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
