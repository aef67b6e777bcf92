/** The boxes of the picture with their live numbers. */
import type { VNode } from "preact";
import type { QueueFlow } from "../../../src/shapes.ts";
import { count } from "../../parts/values.tsx";
import { flow, highestIn, historyOf } from "./flow-state.ts";
import type { Chip, PictureNode } from "./picture.ts";
import { SparkLine } from "./spark-line.tsx";
import { amount, rate, rateOf, seconds } from "./words.ts";

interface Props {
  readonly node: PictureNode;
}

export function NodeBox({ node }: Props): VNode {
  switch (node.kind) {
    case "producer":
    case "consumer":
      return <ServiceBox node={node} />;
    case "exchange":
      return <ExchangeBox node={node} />;
    case "key":
      return <KeyBox node={node} />;
    case "queue":
      return <QueueBox node={node} />;
  }
}

function ServiceBox({ node: { name, kind, width, height } }: Props): VNode {
  const service = flow.value?.services.find((one) => one.name === name);
  const status = service?.status ?? "unknown";
  const outbox = service?.outbox;
  const second =
    kind === "consumer" || !outbox
      ? count(service?.replicas ?? 0, "replica")
      : `outbox ${amount(outbox.rows)}${outbox.rows > 0 ? ` · ${seconds(outbox.oldestSeconds)}` : ""}`;
  return (
    <g class={`live-service ${status}`}>
      <rect width={width} height={height} rx="10" />
      <circle cx="18" cy="22" r="4.5" />
      <text class="name" x="30" y="27">
        {name}
      </text>
      <text class="small" x="18" y="46">
        {status}
      </text>
      <text class="small" x="18" y="61">
        {second}
      </text>
      {kind === "producer" && (
        <SparkLine values={historyOf(`service ${name}`)} x={width - 52} y={36} width={40} height={12} />
      )}
    </g>
  );
}

function ExchangeBox({ node: { id, name, width, height } }: Props): VNode {
  const routes = flow.value?.routes.filter(({ exchange }) => exchange === name);
  return (
    <>
      <rect width={width} height={height} rx="24" />
      <text class="name" x={width / 2} y="21">
        {name}
      </text>
      <text class="small" x={width / 2} y="37">
        {rate(rateOf(routes))}
      </text>
      <SparkLine values={historyOf(id)} x={12} y={height + 5} width={width - 24} height={12} />
    </>
  );
}

function KeyBox({ node: { id, name, owner, width, height } }: Props): VNode {
  const routes = flow.value?.routes.filter(
    ({ exchange, routingKey }) => exchange === owner && routingKey === name,
  );
  return (
    <>
      <rect width={width} height={height} rx="6" />
      <text class="name" x="12" y="20.5">
        {name}
      </text>
      <SparkLine values={historyOf(id)} x={width - 96} y={9} width={40} height={14} />
      <text class="figure" x={width - 10} y="20.5">
        {rate(rateOf(routes))}
      </text>
    </>
  );
}

function QueueBox({ node: { id, name, width, height, chips } }: Props): VNode {
  const queue = flow.value?.queues.find((one) => one.name === name);
  const history = historyOf(id);
  const waiting = queue?.ready ?? 0;
  const filled = (waiting / highestIn(history, 100)) * (width - 2);
  return (
    <>
      <rect class={`box ${queue?.consumers === 0 ? "alone" : ""}`} width={width} height={height} rx="8" />
      <rect class="fill" x="1" y={height - 5} width={Math.max(0, filled)} height="4" rx="2" />
      <text class="name" x="14" y="22">
        {name}
      </text>
      <text class="small end" x={width - 12} y="22">
        {queue ? `${rate(queue.inPerSecond)} in · ${rate(queue.outPerSecond)} out` : ""}
      </text>
      <text class="depth" x="14" y="52">
        {queue ? amount(waiting) : "–"}
        <tspan class="small"> ready</tspan>
        <tspan class="hand" dx="10">
          {queue ? amount(queue.inHand) : "–"}
        </tspan>
        <tspan class="small"> in hand</tspan>
      </text>
      <SparkLine values={history} x={width - 92} y={32} width={80} height={26} />
      <g transform={`translate(0 ${height + 8})`}>
        {chips.map((chip) => (
          <ChipBox key={chip.queue} chip={chip} messages={messagesIn(queue, chip)} />
        ))}
      </g>
    </>
  );
}

function messagesIn(queue: QueueFlow | undefined, chip: Chip): number | undefined {
  if (chip.kind === "dead") return queue?.deadLetters.messages;
  return queue?.retryTiers.find((tier) => tier.name === chip.queue)?.messages;
}

function ChipBox({ chip, messages }: { readonly chip: Chip; readonly messages: number | undefined }): VNode {
  return (
    <g class={`${chip.kind} ${messages ? "some" : "none"}`}>
      <title>{`${chip.queue}: ${messages ?? "unknown"}`}</title>
      <rect x={chip.x} width={chip.width} height="22" rx="5" />
      <text x={chip.x + chip.width / 2} y="15">
        {chip.label} <tspan class="count">{messages ?? "–"}</tspan>
      </text>
    </g>
  );
}
