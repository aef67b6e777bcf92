import type { Ports } from "../local/parts.ts";
import { serviceNames } from "../names.ts";
import { table } from "../table.ts";

/** Where people look at the system, in containers. */
export interface Observability {
  readonly grafana: string;
  readonly prometheus: string;
  readonly jaeger: string;
}

/** Variables of compose.observability.yaml, with the ports that everybody knows. */
export const observabilityPorts = { GRAFANA_PORT: 3000, PROMETHEUS_PORT: 9090, JAEGER_PORT: 16686 } as const;

export function wantsObservability(): boolean {
  const { OBSERVABILITY = "" } = process.env;
  if (["", "0", "1"].includes(OBSERVABILITY)) return OBSERVABILITY === "1";
  throw new Error(`OBSERVABILITY is "${OBSERVABILITY}": set it to 1, or leave it out`);
}

/** What there is of it when the system runs as local processes. @param brokerUrl RabbitMQ's metrics, if it is ours */
export function withoutContainers(ports: Ports, brokerUrl: string | undefined): string {
  const rows = [
    ...serviceNames.map((name) => [name, `http://127.0.0.1:${ports[name]}/metrics`]),
    ...(brokerUrl === undefined ? [] : [["RabbitMQ", brokerUrl]]),
  ];
  return `OBSERVABILITY=1 needs containers: Grafana, Prometheus with the alerts, and Jaeger come as images, and run in
a container engine only. As local processes, the system tells the same to those of your own:

${table(rows)}

Traces go to the OpenTelemetry collector of OTEL_EXPORTER_OTLP_ENDPOINT (http://127.0.0.1:4318, say): make down, then
make up with that variable set. Rules and dashboard are in observability/.`;
}
