export { Metrics } from "./metrics.ts";
export { createTelemetry, type Telemetry } from "./telemetry.ts";
