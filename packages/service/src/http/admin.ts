import { createApp } from "./app.ts";
import type { ConventionOptions } from "./conventions.ts";
import { type HealthChecks, health } from "./health.ts";
import { unknownPath } from "./routing.ts";

export interface AdminAppOptions extends ConventionOptions {
  readonly service: string;
  readonly checks: HealthChecks;
}

/**
 * The app of a service's admin port, which stays inside its network: `/health/live`, `/health/ready` and `/metrics`
 * without a token, and `/openapi` of the operators' calls that are added to it.
 */
export function createAdminApp({ service, checks, ...options }: AdminAppOptions) {
  const { log, telemetry } = options;
  return createApp({
    title: `${service}: administration`,
    version: "1.0.0",
    description: "Health and operators' calls. Metrics are at `/metrics`.",
    ...options,
  })
    .use(health({ checks, log }))
    .get(
      "/metrics",
      async () => {
        if (!telemetry) throw unknownPath();
        const { metrics } = telemetry;
        return new Response(await metrics.text(), { headers: { "content-type": metrics.contentType } });
      },
      { detail: { hide: true } },
    );
}
