import type { listen } from "@rabbit-contract/service/http";
import type { Settings } from "../shapes.ts";

type App = Parameters<typeof listen>[0];

/** Adds security headers to all of `app`'s responses, which restrict the page to its own content. */
export function secured(app: App, settings: Settings) {
  const headers = {
    "content-security-policy": policyOf(settings),
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
  };
  return {
    get routes() {
      return app.routes;
    },
    compile: () => app.compile(),
    async fetch(request: Request): Promise<Response> {
      const response = await app.fetch(request);
      for (const [name, value] of Object.entries(headers))
        if (!response.headers.has(name)) response.headers.set(name, value);
      return response;
    },
  };
}

/** Only the console's own files and calls; with OpenID Connect, also calls to the issuer. */
function policyOf({ signIn }: Settings): string {
  const issuer = signIn.kind === "openid" ? ` ${new URL(signIn.issuer).origin}` : "";
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self'${issuer}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
