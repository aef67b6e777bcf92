/** The services and the broker in short: what a person looks at first. */
import type { VNode } from "preact";
import type { ServiceFlow } from "../../../src/shapes.ts";
import { Badge, type Tone } from "../../parts/badge.tsx";
import { count, timeOf } from "../../parts/values.tsx";
import { flow } from "./flow-state.ts";
import { missingOutbox, seconds } from "./words.ts";

const tones: Readonly<Record<ServiceFlow["status"], Tone>> = {
  ready: "good",
  degraded: "warn",
  "not-ready": "bad",
  down: "bad",
};

export function ServiceCards(): VNode | null {
  if (flow.value === undefined) return null;
  const { broker, services } = flow.value;
  const troubled = [
    ...services.filter(({ status }) => status !== "ready").map(({ name, status }) => `${name} is ${status}`),
    ...(broker.status === "up" ? [] : ["RabbitMQ is down"]),
  ];
  return (
    <>
      <p class="visually-hidden" role="status">
        {troubled.length === 0 ? "All services are ready." : `${troubled.join(", ")}.`}
      </p>
      <ul class="service-cards">
        {services.map((service) => (
          <li key={service.name} data-service={service.name}>
            <p class="card-head">
              <b>{service.name}</b> <Badge tone={tones[service.status]}>{service.status}</Badge>
            </p>
            <p class="muted">{replicasOf(service)}</p>
            <p class="muted">{outboxOf(service)}</p>
            {service.causes.map((cause) => (
              <p key={cause} class="cause">
                {cause}
              </p>
            ))}
            {service.status !== "ready" && <p class="muted">since {timeOf(service.since)}</p>}
          </li>
        ))}
        <li data-service="broker">
          <p class="card-head">
            <b>RabbitMQ</b> <Badge tone={broker.status === "up" ? "good" : "bad"}>{broker.status}</Badge>
          </p>
          <p class="muted">since {timeOf(broker.since)}</p>
          {broker.cause !== undefined && <p class="cause">{broker.cause}</p>}
        </li>
      </ul>
    </>
  );
}

function replicasOf({ replicas, readyReplicas }: ServiceFlow): string {
  const all = count(replicas, "replica");
  return replicas === readyReplicas ? all : `${all}, ${readyReplicas} ready`;
}

function outboxOf(service: ServiceFlow): string {
  const { outbox } = service;
  if (outbox === null) return missingOutbox(service);
  const { rows, oldestSeconds, parked } = outbox;
  const waiting =
    rows === 0 ? "outbox empty" : `outbox ${rows.toLocaleString("en")}, oldest ${seconds(oldestSeconds)}`;
  return parked === 0 ? waiting : `${waiting}, ${parked} parked`;
}
