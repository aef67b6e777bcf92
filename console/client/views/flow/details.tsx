/** One part of the picture: its numbers, and its last five minutes. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { Link } from "wouter-preact";
import type { FlowState, QueueFlow, ServiceFlow } from "../../../src/shapes.ts";
import { Facts } from "../../parts/facts.tsx";
import { timeOf } from "../../parts/values.tsx";
import { keepFocus } from "../../parts/view-head.tsx";
import { type History, highestIn, historyOf } from "./flow-state.ts";
import { SparkLine } from "./spark-line.tsx";
import { missingOutbox, rate, rateOf, seconds } from "./words.ts";

interface Props {
  /** Its id in the picture. */
  readonly part: string;
  readonly state: FlowState;
}

interface Described {
  readonly title: string;
  /** What the curve shows. */
  readonly curve: string;
  readonly history: History;
  readonly facts: Readonly<Record<string, string>>;
  /** In the catalogue. */
  readonly anchor: string;
}

export function Details({ part, state }: Props): VNode | null {
  const described = describe(part, state);
  useEffect(() => keepFocus, []);
  if (!described) return null;
  const { title, curve, history, facts, anchor } = described;
  return (
    <section class="part-details" aria-label={`Details of ${title}`}>
      <div class="view-head">
        <h2>{title}</h2>
        <a href={`/catalogue/#${anchor}`}>in the catalogue</a>
        <Link href="?" class="button quiet" aria-label="Close the details">
          ×
        </Link>
      </div>
      <Facts class="part-facts" of={facts} />
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

function describe(part: string, { queues, services, routes }: FlowState): Described | undefined {
  const [kind = "", name = "", key = ""] = part.split(" ");
  const queue = queues.find((one) => one.name === name);
  if (kind === "queue") return queue && describeQueue(queue);
  const service = services.find((one) => one.name === name);
  if (kind === "producer" || kind === "consumer") return service && describeService(service);
  if (kind !== "key" && kind !== "exchange") return undefined;
  const shown = routes.filter(
    (route) => route.exchange === name && (kind === "exchange" || route.routingKey === key),
  );
  return {
    title: kind === "key" ? key : name,
    curve: "Messages a second",
    history: historyOf(part),
    anchor: kind === "key" ? `message-${shown[0]?.message ?? key}` : `exchange-${name}`,
    facts: {
      published: rate(rateOf(shown)),
      from: [...new Set(shown.map((route) => route.from))].join(", "),
      to: [...new Set(shown.flatMap((route) => route.to))].join(", "),
    },
  };
}

const number = (value: number) => value.toLocaleString("en");

function describeQueue(queue: QueueFlow): Described {
  const retries = queue.retryTiers.map(({ delayMs, messages }) => [
    `retried after ${seconds(delayMs / 1_000)}`,
    number(messages),
  ]);
  return {
    title: queue.name,
    curve: "Ready and in hand",
    history: historyOf(`queue ${queue.name}`),
    anchor: `queue-${queue.name}`,
    facts: {
      ready: number(queue.ready),
      "in hand": number(queue.inHand),
      in: rate(queue.inPerSecond),
      out: rate(queue.outPerSecond),
      consumers: `${queue.consumers} of ${queue.service}`,
      ...Object.fromEntries(retries),
      "dead letters": number(queue.deadLetters.messages),
    },
  };
}

function describeService(service: ServiceFlow): Described {
  const { name, outbox } = service;
  return {
    title: name,
    curve: "Outbox rows",
    history: historyOf(`service ${name}`),
    anchor: `service-${name}`,
    facts: {
      status: `${service.status} since ${timeOf(service.since)}`,
      cause: service.causes.join("; ") || "–",
      replicas: `${service.replicas}, ready ${service.readyReplicas}`,
      "outbox rows": outbox ? number(outbox.rows) : missingOutbox(service),
      "oldest row": outbox && outbox.rows > 0 ? seconds(outbox.oldestSeconds) : "–",
      "parked messages": outbox ? number(outbox.parked) : "–",
    },
  };
}
