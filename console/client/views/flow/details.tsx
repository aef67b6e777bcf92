/** One part of the picture: its numbers, and its last five minutes. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import type { FlowState } from "../../../src/shapes.ts";
import { keepFocus } from "../../parts/view-head.tsx";
import { type History, highestIn, historyOf } from "./flow-state.ts";
import { rateOf } from "./nodes.tsx";
import { SparkLine } from "./spark-line.tsx";
import { missingOutbox, rate, seconds, timeOf } from "./words.ts";

interface Props {
  /** Its id in the picture. */
  readonly part: string;
  readonly state: FlowState | undefined;
}

interface Facts {
  readonly title: string;
  /** What the curve shows. */
  readonly curve: string;
  readonly history: History;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** In the catalogue. */
  readonly anchor?: string;
}

export function Details({ part, state }: Props): VNode | null {
  const found = state && factsOf(part, state);
  useEffect(() => keepFocus, []);
  if (!found) return null;
  const { title, curve, history, facts, anchor } = found;
  return (
    <section class="part-details" aria-label={`Details of ${title}`}>
      <div class="view-head">
        <h2>{title}</h2>
        {anchor !== undefined && <a href={`/catalogue/#${anchor}`}>in the catalogue</a>}
        <Link href="?" class="button quiet" aria-label="Close the details">
          ×
        </Link>
      </div>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <figure>
        <svg
          viewBox="0 0 600 70"
          preserveAspectRatio="none"
          class="curve"
          role="img"
          aria-label={`${curve}, now ${history.at(-1) ?? 0}`}
        >
          <SparkLine values={history} y={4} width={600} height={62} />
        </svg>
        <figcaption class="muted">
          {curve}, last five minutes; highest {Math.round(highestIn(history, 0)).toLocaleString("en")}
        </figcaption>
      </figure>
    </section>
  );
}

function factsOf(part: string, state: FlowState): Facts | undefined {
  const [kind = "", name = "", key = ""] = part.split(" ");
  if (kind === "queue") return factsOfQueue(name, state);
  if (kind === "producer" || kind === "consumer") return factsOfService(name, state);
  if (kind !== "key" && kind !== "exchange") return undefined;
  const routes = state.routes.filter(
    (route) => route.exchange === name && (kind === "exchange" || route.routingKey === key),
  );
  const perSecond =
    kind === "key" ? rateOf(state, name, key) : routes.reduce((sum, one) => sum + (one.perSecond ?? 0), 0);
  return {
    title: kind === "key" ? key : name,
    curve: "Messages a second",
    history: historyOf(part),
    anchor: kind === "key" ? `message-${routes[0]?.message ?? key}` : `exchange-${name}`,
    facts: [
      ["published", rate(perSecond)],
      ["from", [...new Set(routes.map((route) => route.from))].join(", ")],
      ["to", [...new Set(routes.flatMap((route) => route.to))].join(", ")],
    ],
  };
}

function factsOfQueue(name: string, state: FlowState): Facts | undefined {
  const queue = state.queues.find((one) => one.name === name);
  if (!queue) return undefined;
  return {
    title: name,
    curve: "Ready and in hand",
    history: historyOf(`queue ${name}`),
    anchor: `queue-${name}`,
    facts: [
      ["ready", queue.ready.toLocaleString("en")],
      ["in hand", queue.inHand.toLocaleString("en")],
      ["in", rate(queue.inPerSecond)],
      ["out", rate(queue.outPerSecond)],
      ["consumers", `${queue.consumers} of ${queue.service}`],
      ...queue.retryTiers.map(
        (tier) =>
          [`retried after ${seconds(tier.delayMs / 1_000)}`, tier.messages.toLocaleString("en")] as const,
      ),
      ["dead letters", queue.deadLetters.messages.toLocaleString("en")],
    ],
  };
}

function factsOfService(name: string, state: FlowState): Facts | undefined {
  const service = state.services.find((one) => one.name === name);
  if (!service) return undefined;
  const { outbox } = service;
  return {
    title: name,
    curve: "Outbox rows",
    history: historyOf(`service ${name}`),
    anchor: `service-${name}`,
    facts: [
      ["status", `${service.status} since ${timeOf(service.since)}`],
      ["cause", service.causes.join("; ") || "–"],
      ["replicas", `${service.replicas}, ready ${service.readyReplicas}`],
      ["outbox rows", outbox ? outbox.rows.toLocaleString("en") : missingOutbox(service)],
      ["oldest row", outbox && outbox.rows > 0 ? seconds(outbox.oldestSeconds) : "–"],
      ["parked messages", outbox?.parked.toLocaleString("en") ?? "–"],
    ],
  };
}
