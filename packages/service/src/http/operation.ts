import type { TObject, TSchema } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import type { Access } from "../access/caller.ts";
import { walkSchema } from "./schema.ts";

/** What a route tells people and programs about itself. */
export interface RouteDescription {
  /** A few words, imperative: "Place an order". */
  readonly summary: string;
  readonly description?: string;
  /** Who may call it. */
  readonly access: Access;
  /** By status. Problems have a place of their own. */
  readonly responses: Readonly<Record<number, ResponseDescription>>;
  /** Problems beyond those every such route has (400, 401, 403, 404, 413, 415, 422, 429), or what these mean here. */
  readonly problems?: Readonly<Record<number, string>>;
}

export interface ResponseDescription {
  readonly description: string;
  /** Needs `examples`. */
  readonly body?: TSchema;
  /** @default "application/json" */
  readonly contentType?: string;
  /** Name and meaning of headers that matter. */
  readonly headers?: Readonly<Record<string, string>>;
}

interface RouteInput extends RouteDescription {
  readonly params?: TObject;
  readonly query?: TObject;
  readonly headers?: TObject;
  readonly body?: TSchema;
}

/** The OpenAPI 3.1 operation of a route. @throws Error when an example is missing or wrong */
export function describeOperation(route: RouteInput) {
  const { summary, description, params, query, headers, body } = route;
  if (body !== undefined) requireClosed(summary, body);
  return {
    summary,
    ...(description !== undefined && { description }),
    security: route.access === "public" ? [] : [{ bearer: [route.access] }],
    parameters: [
      ...parameters("path", params),
      ...parameters("query", query),
      ...parameters("header", headers),
    ],
    ...(body !== undefined && {
      requestBody: { required: true, content: contentOf(summary, body, "application/json") },
    }),
    responses: { ...responses(route), ...problems(route) },
  };
}

function parameters(where: "path" | "query" | "header", schema: TObject | undefined) {
  const required = new Set(schema?.required ?? []);
  return Object.entries(schema?.properties ?? {}).map(([name, property]) => {
    const { description, examples, ...rest } = property;
    return {
      name,
      in: where,
      required: where === "path" || (required.has(name) && rest.default === undefined),
      ...(description !== undefined && { description }),
      ...(examples !== undefined && { example: examples[0] }),
      schema: rest,
    };
  });
}

function responses({ summary, responses }: RouteInput) {
  const described = Object.entries(responses).map(([status, response]) => {
    const { description, body, contentType = "application/json", headers } = response;
    return [
      status,
      {
        description,
        ...(headers !== undefined && { headers: describeHeaders(headers) }),
        ...(body !== undefined && { content: contentOf(summary, body, contentType) }),
      },
    ];
  });
  return Object.fromEntries(described);
}

function describeHeaders(headers: Readonly<Record<string, string>>) {
  const entries = Object.entries(headers);
  return Object.fromEntries(
    entries.map(([name, description]) => [name, { description, schema: { type: "string" } }]),
  );
}

function contentOf(summary: string, schema: TSchema, contentType: string) {
  const examples: unknown[] = schema.examples ?? [];
  if (examples.length === 0)
    throw new Error(`"${summary}" has a body without \`examples\`: add one to its schema`);
  for (const example of examples) {
    const error = Value.Errors(schema, example).First();
    if (error === undefined) continue;
    throw new Error(`"${summary}" has an example that breaks its schema: "${error.path}": ${error.message}`);
  }
  return { [contentType]: { schema, example: examples[0] } };
}

function requireClosed(summary: string, body: TSchema): void {
  walkSchema(body, (schema, pointer) => {
    if (schema.type !== "object" || schema.additionalProperties !== undefined || schema.patternProperties)
      return;
    throw new Error(`"${summary}" takes unknown fields at "${pointer}" of its body: use \`closed\` for it`);
  });
}

function problems({ access, params, query, headers, body, problems = {} }: RouteInput) {
  const inBody = {
    400: "The body is not JSON",
    413: "The body is too large",
    415: "The body is not said to be application/json",
  };
  const all: Record<string, string> = {
    ...(access !== "public" && {
      401: "There is no token, or one that is not to be trusted: `WWW-Authenticate` says which",
      429: "The caller asks too much: `Retry-After` says when to try again",
      403:
        access === "operator"
          ? "Only operators may do this"
          : "The call is about another customer, or the token gives no role",
    }),
    ...(params !== undefined && { 404: "There is no such resource" }),
    ...(body !== undefined && inBody),
    ...((body ?? query ?? headers) !== undefined && {
      422: "The request is invalid: `errors` names each field",
    }),
    ...problems,
    default: "Any other problem",
  };
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(
    Object.entries(all).map(([status, description]) => [status, { description, content }]),
  );
}
