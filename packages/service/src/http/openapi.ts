import { Problem } from "./problem.ts";

export interface ApiInfo {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** As much of an elysia route as the document needs; `detail` is made by `route`. */
export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly hooks: {
    readonly detail?: {
      readonly hide?: boolean;
      readonly summary?: string;
      readonly parameters?: readonly object[];
    };
  };
}

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** @throws Error when a route was not made by `route`, or has a path parameter that `params` does not name */
export function requireDescriptions(routes: readonly DescribedRoute[]): void {
  for (const { method, path, hooks } of routes) {
    const { detail } = hooks;
    if (detail?.hide) continue;
    if (detail?.summary === undefined) {
      throw new Error(`${method} ${path} has no description: pass \`route({ … })\` as its third argument`);
    }
    const described = detail.parameters?.map((one) => ("name" in one ? one.name : undefined)) ?? [];
    for (const [, name] of path.matchAll(/:(\w+)/g)) {
      if (!described.includes(name))
        throw new Error(`${method} ${path} lacks "${name}" among its \`params\``);
    }
  }
}

/**
 * The OpenAPI 3.1 document of routes made by `route`. Schemas with an `$id` stand under components once.
 * @throws Error as `requireDescriptions` does
 */
export function describeApi(routes: readonly DescribedRoute[], info: ApiInfo): { [key: string]: Json } {
  requireDescriptions(routes);
  const schemas: { [key: string]: Json } = {};
  const paths: { [path: string]: { [method: string]: Json } } = {};
  for (const { method, path, hooks } of routes) {
    if (hooks.detail?.hide) continue;
    const operation = {
      operationId: operationId(method, path),
      tags: [path.split("/")[1] || "root"],
      ...hooks.detail,
    };
    const openApiPath = path.replace(/:(\w+)/g, "{$1}");
    paths[openApiPath] ??= {};
    paths[openApiPath][method.toLowerCase()] = toJson(operation, schemas);
  }
  toJson(Problem, schemas);
  return {
    openapi: "3.1.0",
    info: { title: info.title, version: info.version, description: info.description },
    paths,
    components: { schemas, securitySchemes: { bearer } },
  };
}

const bearer = {
  type: "http",
  scheme: "bearer",
  bearerFormat: "JWT",
  description:
    "A token that the system's issuer has signed. Its `sub` says who calls, of a customer the customer id, and " +
    '`roles` has `"customer"` or `"operator"`. Beside each call stands the role that it needs; an operator may do ' +
    "all that customers may, for any of them.",
};

/** `GET /orders/:orderId/lines` → `getOrdersByOrderIdLines` */
function operationId(method: string, path: string): string {
  const words = path.split("/").map((part) => part.replace(/^:/, "by-").split(/[-_.]/));
  const capitalized = words.flat().map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return method.toLowerCase() + capitalized.join("");
}

/** Turns named schemas into references, which it collects, and unions of constants into `enum`. */
function toJson(value: unknown, schemas: { [key: string]: Json }): Json {
  if (Array.isArray(value)) return value.map((item) => toJson(item, schemas));
  if (typeof value !== "object" || value === null) {
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? value
      : null;
  }
  const { $id, ...members } = { $id: undefined, ...value };
  if (typeof $id === "string") {
    schemas[$id] ??= membersToJson(members, schemas);
    return { $ref: `#/components/schemas/${$id}` };
  }
  return membersToJson(members, schemas);
}

function membersToJson(members: object, schemas: { [key: string]: Json }): Json {
  const json: { [key: string]: Json } = {};
  for (const [key, member] of Object.entries(members)) {
    if (member !== undefined) json[key] = toJson(member, schemas);
  }
  const { anyOf, ...rest } = json;
  if (!Array.isArray(anyOf)) return json;
  const constants = anyOf.map((one) =>
    one !== null && typeof one === "object" && "const" in one ? one.const : undefined,
  );
  return constants.includes(undefined)
    ? json
    : { ...rest, enum: constants.filter((one) => one !== undefined) };
}

// Pinned by its hash: what the browser runs is what was looked at.
const SCALAR = "https://cdn.jsdelivr.net/npm/@scalar/api-reference@1.72.1/dist/browser/standalone.js";
const SCALAR_INTEGRITY = "sha384-U11tb2XnKvmwt8RlTvnwUnYgrN+ur4Xyh9htLhjajWNR/Oyl5AX5DEz00qRmlrmK";

/** The page at `/openapi`: Scalar over the document at `/openapi/json`. */
export function apiPage({ title }: ApiInfo): string {
  const escaped = title.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escaped}</title>
  </head>
  <body>
    <script id="api-reference" data-url="/openapi/json"></script>
    <script src="${SCALAR}" integrity="${SCALAR_INTEGRITY}" crossorigin="anonymous"></script>
    <noscript><a href="/openapi/json">The OpenAPI document of ${escaped}</a></noscript>
  </body>
</html>
`;
}
