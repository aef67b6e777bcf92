import type { TSchema } from "@sinclair/typebox";
import { Elysia } from "elysia";
import type { Logger } from "../log.ts";
import { runtimeName, type ServeOptions, type Server, serve } from "../runtime/runtime.ts";
import { type ConventionOptions, conventions } from "./conventions.ts";
import { type ApiInfo, openapi } from "./openapi.ts";
import { walkSchema } from "./schema.ts";

export interface AppOptions extends ConventionOptions, ApiInfo {}

/**
 * An Elysia app with the conventions and `/openapi`.
 * @example
 *   createApp({ title: "Accounts", version: "1.0.0", description: "…", log, guard })
 *     .get("/accounts/:id", ({ params }) => findAccount(params.id), {
 *       access: rights.read,
 *       params: closed({ id: uuid() }),
 *       response: { 200: Account, 404: problem("There is no such account") },
 *       detail: { summary: "Get an account" },
 *     })
 */
export function createApp(options: AppOptions) {
  const { title, version, description, guard } = options;
  // Each call below changes the same instance; only its type grows.
  const app = new Elysia({
    // Fields that a schema does not name are refused; Elysia would strip them.
    normalize: false,
    precompile: true,
    // Elysia would otherwise look for the path after the 11th character, even if a short host ends earlier.
    handler: { standardHostname: false },
  });
  return app
    .use(conventions(options, () => app.routes))
    .use(openapi({ title, version, description }, guard.roles, app));
}

/** An Elysia app, whatever its routes. */
export interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly routes: readonly Route[];
  compile(): unknown;
}

/** The part of Elysia's route that is checked. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly hooks: {
    readonly detail?: { readonly hide?: boolean; readonly summary?: string; readonly security?: unknown };
    readonly params?: TSchema;
    readonly body?: TSchema;
  };
}

export interface ListenOptions extends Omit<ServeOptions, "fetch"> {
  readonly log: Logger;
}

/** Serves `app`. @throws Error when the port is taken, or a route says too little about itself */
export async function listen(app: App, { log, ...options }: ListenOptions): Promise<Server> {
  for (const route of app.routes) requireDescription(route);
  app.compile();
  const server = await serve({ fetch: app.fetch, ...options });
  log.info({ url: server.url, runtime: runtimeName }, "listening");
  return server;
}

/** Finds what Elysia would silently accept: a route without access, an unchecked id, a body with unknown fields. */
function requireDescription({ method, path, hooks: { detail, params, body } }: Route): void {
  if (detail?.hide) return;
  const route = `${method} ${path}`;
  if (detail?.summary === undefined) throw new Error(`${route} needs a summary in its \`detail\``);
  if (detail.security === undefined) throw new Error(`${route} needs \`access\`: a right, or "public"`);
  for (const [, name = ""] of path.matchAll(/:(\w+)/g)) {
    if (!Object.hasOwn(params?.properties ?? {}, name))
      throw new Error(`${route} lacks "${name}" in its \`params\``);
  }
  if (body === undefined) return;
  walkSchema(body, (schema, pointer) => {
    if (schema.type !== "object" || schema.additionalProperties === false || schema.patternProperties) return;
    throw new Error(`${route} takes unknown fields at "${pointer}" of its body: use \`closed\` for it`);
  });
}
