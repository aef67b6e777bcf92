import { optional, url, type Variable } from "../config/config.ts";

/** Environment variables by OpenTelemetry's own names. */
export const telemetryVariables = {
  otlpEndpoint: optional(
    url("OTEL_EXPORTER_OTLP_ENDPOINT", {
      description:
        "OpenTelemetry collector that traces are sent to, by OTLP over HTTP; without it there are none",
      protocols: ["http:", "https:"],
    }),
  ),
  traceShare: share("OTEL_TRACES_SAMPLER_ARG", {
    description:
      "share of the traces begun here that is recorded; one begun elsewhere is if its sender says so",
    default: 0.05,
  }),
} as const;

function share(
  name: string,
  options: { readonly description: string; readonly default: number },
): Variable<number> {
  const parse = (given: string) => {
    const value = /^\d(\.\d{1,9})?$/.test(given) ? Number(given) : Number.NaN;
    return value <= 1 ? { value } : undefined;
  };
  const { description, default: value } = options;
  const expected = "a number from 0 to 1, such as 0.05";
  return { name, description, expected, parse, absent: { value, shown: String(value) } };
}
