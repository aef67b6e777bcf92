import type { Ports } from "../local/parts.ts";
import { ownServers } from "../local/state.ts";
import { adminPortOf, serviceNames } from "../names.ts";
import { table } from "../table.ts";
import { portSettings, type Settings } from "./project.ts";

/** The addresses of the monitoring, in containers. */
export interface Observability {
  readonly grafana: string;
  readonly prometheus: string;
  readonly jaeger: string;
}

/** Variables of compose.observability.yaml, with their default ports. */
export const observabilityPorts = { GRAFANA_PORT: 3000, PROMETHEUS_PORT: 9090, JAEGER_PORT: 16686 } as const;

export function wantsObservability(): boolean {
  const { OBSERVABILITY = "" } = process.env;
  if (["", "0", "1"].includes(OBSERVABILITY)) return OBSERVABILITY === "1";
  throw new Error(`OBSERVABILITY is "${OBSERVABILITY}": set it to 1, or leave it out`);
}

/** What OBSERVABILITY=1 prints when the system runs as local processes. */
export function withoutContainers(ports: Ports): string {
  const brokerUrl = ownServers().rabbitmq?.metricsUrl;
  const rows = [
    ...serviceNames.map((name) => [name, `http://127.0.0.1:${ports[adminPortOf(name)]}/metrics`]),
    ...(brokerUrl === undefined ? [] : [["RabbitMQ", brokerUrl]]),
  ];
  return `OBSERVABILITY=1 needs containers: Grafana, Prometheus with the alerts, and Jaeger run in a container engine
only. With local processes, these are the metrics for a Prometheus of your own:

${table(rows)}

For traces, run make up with OTEL_EXPORTER_OTLP_ENDPOINT set to an OpenTelemetry collector, such as
http://127.0.0.1:4318. Rules and dashboard are in observability/.`;
}

/** Once requested, the monitoring stays until `make down`. @param kept the settings of the running containers */
export async function observabilitySettings(kept: Settings | undefined): Promise<Settings> {
  const known = kept?.OBSERVABILITY === "1" ? kept : undefined;
  if (!known && !wantsObservability()) return {};
  return { OBSERVABILITY: "1", ...(await portSettings(observabilityPorts, known)) };
}

export function observabilityOf(settings: Settings): Observability {
  const at = (name: keyof typeof observabilityPorts) => `http://127.0.0.1:${settings[name]}/`;
  return { grafana: at("GRAFANA_PORT"), prometheus: at("PROMETHEUS_PORT"), jaeger: at("JAEGER_PORT") };
}
