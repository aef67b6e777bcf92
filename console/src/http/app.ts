/** The calls of the console: its page and the catalogue, what is forwarded to the services, what only it has. */
import type { Logger } from "@rabbit-contract/service";
import type { Guard } from "@rabbit-contract/service/access";
import { createApp, eventStream, notFound } from "@rabbit-contract/service/http";
import { Type } from "@sinclair/typebox";
import { may } from "../access.ts";
import type { Flow } from "../flow/flow.ts";
import type { Settings } from "../shapes.ts";
import { fileIn } from "./files.ts";
import { type Forwarder, forwarder } from "./forward.ts";
import { secured } from "./security-headers.ts";

export interface ConsoleAppOptions {
  readonly settings: Settings;
  readonly folders: { readonly page: string; readonly catalogue: string };
  /** URLs that calls are forwarded to, by the name in `/api/<name>/`. */
  readonly targets: ReadonlyMap<string, string>;
  /** Socket of the program for local sign-in and Try to break it, where there is one. */
  readonly breakItSocket?: string | undefined;
  readonly flow: Flow;
  readonly guard: Guard;
  readonly log: Logger;
}

/** For routes that are no calls of an API. */
const hidden = { detail: { hide: true } } as const;
/** The body is forwarded unchanged. */
const raw = { ...hidden, parse: "none" } as const;

export function createConsoleApp(options: ConsoleAppOptions) {
  const { settings, folders, targets, breakItSocket: unix, flow, guard, log } = options;
  const forwarders = new Map(
    [...targets].map(([name, url]): [string, Forwarder] => [name, forwarder({ name, url, guard, log })]),
  );

  function catalogueFile(request: Request) {
    // The links in it are relative.
    if (new URL(request.url).pathname === "/catalogue")
      return new Response(null, { status: 308, headers: { location: "/catalogue/" } });
    return fileIn(folders.catalogue, request, { below: "/catalogue" });
  }

  async function forward(request: Request, path: string): Promise<Response> {
    const [target = ""] = path.split("/");
    const forwarder = forwarders.get(target);
    if (!forwarder) throw notFound("service", target);
    await guard.admit(may.call, request);
    return forwarder(request, `/api/${target}`);
  }

  const app = createApp({
    title: "Console",
    version: "1.0.0",
    description: "What the console's own server answers. Calls below /api/ go to the services.",
    log,
    guard,
  })
    .get("/health/live", () => ({ status: "live" }), hidden)
    .get("/settings.json", () => settings, hidden)
    .get(
      "/flow",
      ({ request, caller }) =>
        eventStream({
          request,
          caller,
          log,
          source: async function* ({ signal }) {
            for await (const data of flow.watch(signal)) yield { data };
          },
        }),
      {
        access: may.watch,
        response: {
          200: Type.Any({
            description: "Events; the data of each is the state of queues, routes and services",
            contentMediaType: "text/event-stream",
          }),
        },
        detail: {
          summary: "Watch queues, routes and services",
          description: "An event at once, then one every second.",
        },
      },
    )
    .get("/assets/*", ({ request }) => fileIn(folders.page, request, { immutable: true }), hidden)
    .get("/catalogue", ({ request }) => catalogueFile(request), hidden)
    .get("/catalogue/*", ({ request }) => catalogueFile(request), hidden)
    .get("/*", ({ request }) => fileIn(folders.page, request, { file: "/index.html" }), hidden);
  // One by one: Elysia would prefer the page's GET /* to a route of all methods.
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"])
    app.route(method, "/api/*", ({ request, params }) => forward(request, params["*"]), raw);
  if (unix !== undefined) {
    // The break-it program checks the machine's secret itself.
    const breakIt = forwarder({ name: "break-it", url: "http://break-it", unix, guard, log });
    app.post("/sign-in/local", ({ request }) => breakIt(request, ""), raw);
    app.get("/break-it/*", ({ request }) => breakIt(request, ""), raw);
    app.post("/break-it/*", ({ request }) => breakIt(request, ""), raw);
  }
  return secured(app, settings);
}
