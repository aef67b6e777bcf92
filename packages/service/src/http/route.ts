import { type Static, type TObject, type TSchema, TypeGuard } from "@sinclair/typebox";
import type { Caller } from "../access/caller.ts";
import type { Guard } from "../access/guard.ts";
import { type BodyLimits, readBody } from "./body.ts";
import { unknownPath } from "./dispatch.ts";
import { bodyCheck, parameterCheck } from "./input.ts";
import { readJson } from "./json.ts";
import { describeOperation, type ResponseDescription, type RouteDescription } from "./operation.ts";
import { type InvalidInput, invalidInput } from "./problem.ts";
import { closed } from "./schema.ts";

type Responses = Readonly<Record<number, ResponseDescription>>;

export interface RouteOptions<
  Params extends TObject,
  Query extends TObject,
  Headers extends TObject,
  Body extends TSchema,
  Replies extends Responses,
> extends RouteDescription,
    BodyLimits {
  /** Path parameters. An id that does not fit is an unknown one: 404. */
  readonly params?: Params;
  /** Query parameters. Unknown ones, and one given twice, are errors: 422. */
  readonly query?: Query;
  /** Headers to check and hand over, in lower case. Others are left alone. */
  readonly headers?: Headers;
  /** The JSON body, built from `closed` objects, with `examples`. Without it the call takes none, or `{}`. */
  readonly body?: Body;
  readonly responses: Replies;
}

/** A schema to elysia's types, which infer the handler's context and answer from those of its hook. */
interface Typed<T> {
  readonly "~standard": { readonly types?: { readonly input: T; readonly output: T } };
}

interface TypedHook<
  Params extends TSchema,
  Query extends TSchema,
  Headers extends TSchema,
  Body extends TSchema,
  Replies extends Responses,
> {
  readonly params: Typed<Static<Params>>;
  readonly query: Typed<Static<Query>>;
  readonly headers: Typed<Static<Headers>>;
  readonly body: Typed<Static<Body>>;
  readonly response: {
    [Status in keyof Replies]: Typed<
      Replies[Status] extends { body: infer Reply extends TSchema } ? Static<Reply> : undefined
    >;
  };
}

/**
 * Nothing at run time, where elysia gets no schemas: its own checks convert, strip and split values on the
 * way. They run in the hook's `transform` instead, all at once, so that one answer names every invalid field.
 */
function typesOnly<
  Params extends TSchema,
  Query extends TSchema,
  Headers extends TSchema,
  Body extends TSchema,
  Replies extends Responses,
>(): TypedHook<Params, Query, Headers, Body, Replies>;
function typesOnly() {
  return {};
}

type NoFields = TObject<Record<never, never>>;

/**
 * What an elysia route needs beside path and handler: who may call it, the checks of its input, the types of its handler and
 * its part of the OpenAPI document. Responses are checked by the compiler, not at run time.
 * @throws Error at start when an example is missing or does not fit, or the body takes unknown fields
 * @example
 *   app.get("/orders/:orderId", ({ params }) => findOrder(params.orderId), route({
 *     summary: "Find an order",
 *     access: "customer",
 *     params: closed({ orderId: uuid() }),
 *     responses: { 200: { description: "The order", body: Order } },
 *   }))
 */
export function route<
  const Replies extends Responses,
  Params extends TObject = NoFields,
  Query extends TObject = NoFields,
  Headers extends TObject = NoFields,
  Body extends TSchema = TSchema,
>(options: RouteOptions<Params, Query, Headers, Body, Replies>) {
  const read = inputReader(options);
  const { access } = options;
  return {
    ...typesOnly<Params, Query, Headers, Body, Replies>(),
    detail: describeOperation(options),
    parse: "none" as const,
    // elysia reads the source of this function: were `context` passed on whole, it would parse cookies too.
    transform: async (context: TransformContext) => {
      if (context.guard === undefined) throw new Error("a route needs an app made by `createApp`");
      const caller = context.guard.admit(access, context.request);
      context.caller = caller instanceof Promise ? await caller : caller;
      const input = await read(context.request, context.params);
      context.params = input.params;
      context.query = input.query;
      context.headers = input.headers;
      context.body = input.body;
    },
  };
}

/** The parts of elysia's context that `transform` reads and replaces. */
interface TransformContext {
  readonly request: Request;
  readonly guard?: Guard;
  caller?: Caller;
  params: object | undefined;
  query: unknown;
  headers: unknown;
  body: unknown;
}

function inputReader(options: RouteOptions<TObject, TObject, TObject, TSchema, Responses>) {
  const checkParams = parameterCheck("path", options.params ?? closed({}));
  const checkQuery = parameterCheck("query", closed(options.query?.properties ?? {}));
  const headerNames = Object.keys(options.headers?.properties ?? {});
  const checkHeaders = parameterCheck("header", options.headers ?? closed({}));
  const checkBody = bodyCheck(options.body ?? closed({}));
  const bodyRequired = options.body !== undefined && !TypeGuard.IsOptional(options.body);

  return async (request: Request, pathParameters: object = {}) => {
    const params = checkParams(Object.entries(pathParameters));
    if (params.errors.length > 0) throw unknownPath();
    const query = checkQuery(queryOf(request.url));
    const headers = checkHeaders(pick(request.headers, headerNames));
    const errors: InvalidInput[] = [...query.errors, ...headers.errors];
    let body: unknown;
    if (request.method !== "GET") {
      const bytes = await readBody(request, options);
      if (bytes.length > 0) {
        const { value, harmful } = readJson(bytes);
        body = value;
        errors.push(...harmful, ...checkBody(value).errors);
      } else if (bodyRequired) errors.push({ pointer: "", detail: "is required" });
    }
    if (errors.length > 0) throw invalidInput(errors);
    return { params: params.value, query: query.value, headers: headers.value, body };
  };
}

function queryOf(url: string): Iterable<[string, string]> {
  const start = url.indexOf("?");
  return start === -1 ? [] : new URLSearchParams(url.slice(start));
}

function pick(headers: Headers, names: readonly string[]): [string, string][] {
  const picked: [string, string][] = [];
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null) picked.push([name, value]);
  }
  return picked;
}
