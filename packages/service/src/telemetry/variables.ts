import { optional, url, type Variable } from "../config/config.ts";

/** Environment variables by OpenTelemetry's own names. */
export const telemetryVariables = {
  otlpEndpoint: optional(
    url("OTEL_EXPORTER_OTLP_ENDPOINT", {
      description: "OpenTelemetry collector for traces, OTLP over HTTP; without it, no traces",
      protocols: ["http:", "https:"],
    }),
  ),
  traceShare: share("OTEL_TRACES_SAMPLER_ARG", {
    description:
      "share of traces that is recorded: below 1 at most 50 a second begin in a process; a trace that began elsewhere follows its sender's decision",
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
