/** The OpenAPI document and its page, both by @elysiajs/openapi; the page's script comes from the service itself. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { toOpenAPISchema } from "@elysiajs/openapi/openapi";
import { SwaggerUIRender } from "@elysiajs/openapi/swagger";
import { type AnyElysia, Elysia } from "elysia";
import { type Right, type Role, rolesWith } from "../access/rights.ts";
import { Problem, problemRef } from "./problem.ts";

export interface ApiInfo {
  /** Title of the document, e.g. "Accounts". */
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

const hidden = { detail: { hide: true } };
const assets = { "swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript" };
const { resolve } = createRequire(import.meta.url);

/** `/openapi` and `/openapi/json`, of `app`. */
export function openapi(info: ApiInfo, roles: readonly Role[], app: AnyElysia) {
  let document: object | undefined;
  const page = SwaggerUIRender(info, {
    url: "/openapi/json",
    theme: "/openapi/swagger-ui.css",
    cdn: "/openapi/swagger-ui-bundle.js",
    // Otherwise the page would send the document to a server that validates it.
    validatorUrl: "none",
  });
  const pageHeaders = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": policyFor(page),
  };
  const plugin = new Elysia({ name: "openapi" })
    .get("/openapi", () => new Response(page, { headers: pageHeaders }), hidden)
    .get(
      "/openapi/json",
      () => {
        document ??= describeApi(app, info, roles);
        return document;
      },
      hidden,
    );
  for (const [name, contentType] of Object.entries(assets)) {
    const headers = { "content-type": contentType, "cache-control": "public, max-age=3600" };
    plugin.get(
      `/openapi/${name}`,
      async () => new Response(await readFile(resolve(`swagger-ui-dist/${name}`)), { headers }),
      hidden,
    );
  }
  return plugin;
}

/**
 * Only files and calls of this service, and the one script in the page, by its hash. The interface sets inline styles,
 * and has images in its style sheet.
 */
function policyFor(page: string): string {
  const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(
    ([, script = ""]) => `'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' ${scripts.join(" ")}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

interface Operation {
  readonly security?: readonly { readonly bearer?: readonly Right[] }[];
  readonly parameters?: readonly { readonly in: string }[];
  requestBody?: object;
  responses: Record<string, Answer>;
}

interface Answer {
  readonly description: string;
  content?: Record<string, { readonly schema: Schema }>;
}

interface Schema {
  readonly $ref?: string;
  readonly contentMediaType?: string;
  readonly description?: string;
  readonly properties?: object;
}

function describeApi(app: AnyElysia, info: ApiInfo, roles: readonly Role[]) {
  const paths = operationsOf(app);
  for (const { method, path, hooks } of app.routes) {
    const operation = paths[path.replace(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
    if (operation) complete(operation, hooks.body, roles);
  }
  const components = { schemas: { Problem }, securitySchemes: { bearer: bearer(roles) } };
  return { openapi: "3.1.2", info, paths, components };
}

/** The plugin's type allows any OpenAPI document; from Elysia's schemas it only makes this. */
function operationsOf(app: AnyElysia) {
  const { paths } = toOpenAPISchema(app);
  return paths as Record<string, Record<string, Operation>>;
}

/** Adds what the plugin cannot know: media types, and the problems that the conventions answer with. */
function complete(operation: Operation, body: Schema | undefined, roles: readonly Role[]): void {
  const takesBody = operation.requestBody !== undefined && Object.keys(body?.properties ?? {}).length > 0;
  if (takesBody)
    operation.requestBody = { required: true, content: { "application/json": { schema: body } } };
  else delete operation.requestBody;
  for (const [status, description] of Object.entries(problemsOf(operation, roles))) {
    operation.responses[status] ??= { description, content: { "": { schema: { $ref: problemRef } } } };
  }
  for (const response of Object.values(operation.responses)) {
    for (const { schema } of Object.values(response.content ?? {})) {
      response.content =
        schema.$ref === problemRef
          ? { "application/problem+json": { schema: { $ref: problemRef } } }
          : { [schema.contentMediaType ?? "application/json"]: { schema } };
    }
  }
}

function problemsOf(operation: Operation, roles: readonly Role[]): Record<string, string> {
  const { security = [], parameters = [], requestBody } = operation;
  const [needed] = security[0]?.bearer ?? [];
  const checked = requestBody !== undefined || parameters.some((one) => one.in !== "path");
  return {
    400: "The request cannot be understood",
    ...(needed !== undefined && {
      401: "There is no token, or an invalid one: `WWW-Authenticate` says which",
      403: forbiddenTo(needed, roles),
      429: "Too many requests: `Retry-After` says when to try again",
    }),
    ...(parameters.some((one) => one.in === "path") && { 404: "There is no such resource" }),
    ...(requestBody !== undefined && {
      413: "The body is too large",
      415: "The body is not declared as application/json",
    }),
    ...(checked && { 422: "The request is invalid: `errors` names each field" }),
  };
}

function forbiddenTo(needed: Right, roles: readonly Role[]): string {
  const able = rolesWith(needed, roles);
  const names = able.map(({ name }) => `\`${name}\``).join(", ");
  const ownership = able.some(({ sees }) => sees === "own")
    ? ", or the call is about someone else's resource"
    : "";
  return `No role of the token has the right \`${needed}\`, which these have: ${names}${ownership}`;
}

const bearer = (roles: readonly Role[]) => ({
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description:
    "A token signed by the configured issuer. Its `sub` identifies the caller, and `roles` has some of " +
    `${roles.map(({ name }) => `\`${name}\``).join(", ")}. Each call names the right that it needs; its ` +
    "403 response lists the roles that have it. A caller has the rights of all their roles.",
});
