/** The boxes of the picture with their live numbers. */
import type { VNode } from "preact";
import type { FlowState } from "../../../src/shapes.ts";
import { highestIn, historyOf } from "./flow-state.ts";
import type { Chip, PictureNode } from "./picture.ts";
import { SparkLine } from "./spark-line.tsx";
import { amount, rate, seconds } from "./words.ts";

interface Props {
  readonly node: PictureNode;
  readonly state: FlowState | undefined;
}

export function NodeBox({ node, state }: Props): VNode {
  switch (node.kind) {
    case "producer":
    case "consumer":
      return <ServiceBox node={node} state={state} />;
    case "exchange":
      return <ExchangeBox node={node} state={state} />;
    case "key":
      return <KeyBox node={node} state={state} />;
    case "queue":
      return <QueueBox node={node} state={state} />;
  }
}

function ServiceBox({ node: { name, kind, width, height }, state }: Props): VNode {
  const service = state?.services.find((one) => one.name === name);
  const status = service?.status ?? "unknown";
  const outbox = service?.outbox;
  const second =
    kind === "consumer" || !outbox
      ? `${service?.replicas ?? 0} ${service?.replicas === 1 ? "replica" : "replicas"}`
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

function ExchangeBox({ node: { id, name, width, height }, state }: Props): VNode {
  const perSecond = state?.routes
    .filter(({ exchange }) => exchange === name)
    .reduce((sum, route) => sum + (route.perSecond ?? 0), 0);
  return (
    <>
      <rect width={width} height={height} rx="24" />
      <text class="name" x={width / 2} y="21">
        {name}
      </text>
      <text class="small" x={width / 2} y="37">
        {rate(perSecond)}
      </text>
      <SparkLine values={historyOf(id)} x={12} y={height + 5} width={width - 24} height={12} />
    </>
  );
}

export function rateOf(state: FlowState | undefined, exchange: string, key: string): number | null {
  const rates = state?.routes.flatMap((route) =>
    route.exchange === exchange && route.routingKey === key ? [route.perSecond] : [],
  );
  return rates?.reduce((sum, one) => (one === null ? sum : (sum ?? 0) + one), null) ?? null;
}

function KeyBox({ node: { id, name, owner, width, height }, state }: Props): VNode {
  return (
    <>
      <rect width={width} height={height} rx="6" />
      <text class="name" x="12" y="20.5">
        {name}
      </text>
      <SparkLine values={historyOf(id)} x={width - 96} y={9} width={40} height={14} />
      <text class="figure" x={width - 10} y="20.5">
        {rate(rateOf(state, owner, name))}
      </text>
    </>
  );
}

function QueueBox({ node: { id, name, width, height, chips }, state }: Props): VNode {
  const queue = state?.queues.find((one) => one.name === name);
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
          <ChipBox key={chip.queue} chip={chip} messages={messagesIn(state, name, chip)} />
        ))}
      </g>
    </>
  );
}

function messagesIn(state: FlowState | undefined, queue: string, chip: Chip): number | undefined {
  const found = state?.queues.find((one) => one.name === queue);
  if (chip.kind === "dead") return found?.deadLetters.messages;
  return found?.retryTiers.find((tier) => tier.name === chip.queue)?.messages;
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
