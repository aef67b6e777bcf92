/** A small service, for the tests of this package. */
import { Type } from "@sinclair/typebox";
import { t } from "elysia";
import type { Access } from "../access/caller.ts";
import { type Role, rights } from "../access/rights.ts";
import { createApp } from "../http/app.ts";
import { IdempotencyKey } from "../http/idempotency-key.ts";
import { cursorOf, pageOf, pageParameters } from "../http/pagination.ts";
import { Prefer, waitIn } from "../http/prefer.ts";
import { mapError, notFound, problem, unprocessable } from "../http/problem.ts";
import { closed, uuid } from "../http/schema.ts";
import type { Logger } from "../log.ts";
import { deadLetterRights, reconciliationRights } from "../operator/rights.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { callersWith, guardFor } from "./guard.ts";

export const may = rights({ read: "baskets:read", close: "baskets:close" });
export const roles: readonly Role[] = [
  { name: "member", sees: "own", may: [may.read] },
  { name: "reader", sees: "all", may: [may.read] },
  {
    name: "operator",
    sees: "all",
    may: [...Object.values(may), ...Object.values(deadLetterRights), ...Object.values(reconciliationRights)],
  },
];
export const guardWith = (environment: Readonly<Record<string, string>> = {}) => guardFor(roles, environment);
export const sampleGuard = guardWith();

/** The header with which an operator, or this member, calls. */
export const authorization = callersWith("member");

class UnknownItem extends Error {}

/** Of the only basket. */
export const id = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
export const basket = { owner: "ada", items: [{ code: "MUG-1", quantity: 2 }] };
const Item = closed({
  code: Type.String({ pattern: "^[A-Z0-9-]{1,40}$" }),
  quantity: Type.Integer({ minimum: 1 }),
});
const NewBasket = closed(
  {
    owner: Type.String({ maxLength: 40 }),
    items: Type.Array(Item, { minItems: 1 }),
    note: Type.Optional(Type.String()),
  },
  { examples: [basket] },
);
const Basket = Type.Object(
  { id: uuid(), owner: Type.String() },
  { description: "The basket", examples: [{ id, owner: "ada" }] },
);
const byId = cursorOf(Type.Tuple([uuid()]));
const params = closed({ basketId: uuid() });

export interface SampleOptions {
  /** To all of its routes. @default "public" */
  readonly access?: Access;
  readonly telemetry?: Telemetry;
}

export function sampleApp(log: Logger, { access = "public", telemetry }: SampleOptions = {}) {
  return createApp({
    title: "Baskets",
    version: "1.2.3",
    description: "Baskets of people",
    log,
    guard: sampleGuard,
    errors: [mapError(UnknownItem, ({ message }) => unprocessable("unknown-item", "Unknown item", message))],
    telemetry,
  })
    .post(
      "/baskets",
      ({ body, headers, set, status, trace, requestId }) => {
        if (body.items.some(({ code }) => code === "UNKNOWN"))
          throw new UnknownItem('There is no item "UNKNOWN".');
        log.info({ requestId, trace, wait: waitIn(headers.prefer) }, "basket made");
        set.headers.location = `/baskets/${id}`;
        return status(202, { id, owner: body.owner });
      },
      {
        access,
        headers: Type.Object({
          "idempotency-key": Type.Optional(IdempotencyKey),
          prefer: Type.Optional(Prefer),
        }),
        body: NewBasket,
        response: { 202: Basket, 422: problem("Invalid, or with an unknown item") },
        detail: { summary: "Make a basket" },
      },
    )
    .get(
      "/baskets",
      ({ query }) =>
        byId.page(
          query,
          async (after, limit) => {
            const rows = Array.from({ length: limit }, () => ({ id, owner: query.owner ?? "ada" }));
            return after ? rows.slice(1) : rows;
          },
          (row) => [row.id],
        ),
      {
        access,
        query: closed({
          ...pageParameters,
          owner: Type.Optional(Type.String()),
          open: Type.Optional(t.BooleanString()),
        }),
        response: { 200: pageOf(Basket, "A page of baskets") },
        detail: { summary: "List baskets" },
      },
    )
    .get(
      "/baskets/:basketId",
      ({ params }) => {
        if (params.basketId !== id) throw notFound("basket", params.basketId);
        return { id, owner: "ada" };
      },
      { access, params, response: { 200: Basket }, detail: { summary: "Find a basket" } },
    )
    .post("/baskets/:basketId/empty", ({ params }) => ({ id: params.basketId, owner: "ada" }), {
      access,
      params,
      response: { 200: Basket },
      detail: { summary: "Empty a basket" },
    });
}

/** Posts a basket to the app at `url`: a string as it is, anything else as JSON. */
export function placeBasket(url: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(`${url}/baskets`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}
