import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { readJson } from "../http/body.ts";
import { closed } from "../http/schema.ts";
import { type Access, anonymous, type Caller } from "./caller.ts";
import type { Guard } from "./guard.ts";

interface Context {
  readonly request: Request;
  readonly guard: Guard | undefined;
  caller: Caller;
}

/** For routes without a body schema: no body, or an empty object. */
const noBody = Type.Optional(closed({}));
const noQuery = closed({});

/**
 * Gives routes the option `access` and handlers the `caller`. The caller is checked before a body is read, and a body
 * is read before anything is validated.
 * @example new Elysia().use(access).get("/accounts", ({ caller }) => …, { access: rights.read, … })
 */
export const access = new Elysia({ name: "access" })
  .decorate({ caller: anonymous, guard: undefined as Guard | undefined })
  .macro("access", (needed: Access) => ({
    detail: { security: needed === "public" ? [] : [{ bearer: [needed] }] },
    // Elysia would ignore a body, or a query, that a route has no schema for.
    introspect(route: { body?: unknown; query?: unknown }) {
      route.body ??= noBody;
      route.query ??= noQuery;
    },
    // Elysia reads the source code of hooks: for one that passes `context` on, it would parse every part of a request.
    async parse(context: Context) {
      const guard = requireGuard(context.guard);
      context.caller = await guard.admit(needed, context.request);
      return readJson(context.request, guard.bodyTimeout);
    },
    async transform(context: Context) {
      if (context.caller === anonymous) {
        context.caller = await requireGuard(context.guard).admit(needed, context.request);
      }
    },
  }));

function requireGuard(guard: Guard | undefined): Guard {
  if (guard === undefined) throw new Error("a route with `access` needs the plugin `conventions`");
  return guard;
}
