/** An order's life as a sequence of messages between lifelines, in the catalogue's look, with its real times. */
import type { VNode } from "preact";
import { Scroll } from "../../parts/scroll.tsx";
import { clock } from "../../parts/values.tsx";
import type { LifeEvent } from "./life.ts";

const client = "client";
const participants = [client, "order", "inventory", "notification"];
const columnWidth = 204;
const firstColumn = 172;
const headHeight = 64;
const rowHeight = 46;

const x = (participant: string) => firstColumn + participants.indexOf(participant) * columnWidth;
const tones = {
  pending: "waiting",
  confirmed: "good",
  shipped: "good",
  rejected: "bad",
  cancelled: "",
  expired: "bad",
} as const;

interface Props {
  readonly events: readonly LifeEvent[];
  /** Waits for what comes next. */
  readonly pending: boolean;
}

export function LifePicture({ events, pending }: Props): VNode {
  const width = firstColumn + 92 + (participants.length - 1) * columnWidth;
  const height = headHeight + events.length * rowHeight + (pending ? 40 : 16);
  return (
    <Scroll label="Timeline of the order" class="picture-frame">
      <svg class="picture sequence life" viewBox={`0 0 ${width} ${height}`} role="img">
        <title>Timeline of the order; the table below lists its messages.</title>
        {participants.map((name) => (
          <g key={name} class={name === client ? "node client" : "node producer"}>
            <path class="lifeline" d={`M${x(name)} 48V${height - 12}`} />
            <rect x={x(name) - 58} y="12" width="116" height="36" rx="10" />
            <text class="name" x={x(name)} y="35">
              {name}
            </text>
          </g>
        ))}
        {events.map((event, index) => {
          const top = headHeight + index * rowHeight;
          return (
            <g key={index}>
              {events[index - 1]?.at !== event.at && (
                <text class="small clock" x="8" y={top + 24}>
                  {clock(event.at)}
                </text>
              )}
              <Drawn event={event} top={top} />
            </g>
          );
        })}
      </svg>
    </Scroll>
  );
}

function Drawn({ event, top }: { readonly event: LifeEvent; readonly top: number }): VNode {
  switch (event.kind) {
    case "call":
      return (
        <g class="call">
          <path d={arrow(x(client), x("order"), top + 26)} />
          <text class="label" x={(x(client) + x("order")) / 2} y={top + 18}>
            {event.call}
          </text>
        </g>
      );
    case "message":
      return <Message {...event} top={top} />;
    case "state":
      return <Mark kind={`state ${tones[event.status]}`} at={x("order")} top={top} text={event.status} />;
    case "work":
      return <Mark kind="work" at={x(event.service)} top={top} text={event.text} />;
  }
}

type MessageProps = Extract<LifeEvent, { kind: "message" }> & { readonly top: number };

function Message({ from, to, type, top }: MessageProps): VNode {
  const start = x(from);
  const ends = to.map(x).toSorted((a, b) => Math.abs(a - start) - Math.abs(b - start));
  const line = top + 26;
  return (
    <g class={`sending ${from === "inventory" ? "hue-1" : "hue-0"}`}>
      <path d={ends.map((end) => arrow(start, end, line)).join("")} />
      <circle cx={start} cy={line} r="3.5" />
      <text class="label" x={(start + (ends[0] ?? start)) / 2} y={line - 8}>
        {type}
      </text>
    </g>
  );
}

interface MarkProps {
  readonly kind: string;
  readonly at: number;
  readonly top: number;
  readonly text: string;
}

function Mark({ kind, at, top, text }: MarkProps): VNode {
  const width = Math.ceil(text.length * 6.8 + 28);
  return (
    <g class={`mark ${kind}`}>
      <rect x={at - width / 2} y={top + 8} width={width} height="26" rx="13" />
      <text x={at} y={top + 25}>
        {text}
      </text>
    </g>
  );
}

function arrow(from: number, to: number, y: number): string {
  const back = to > from ? -1 : 1;
  return `M${from} ${y}H${to + back * 2}M${to + back * 9} ${y - 4.5}l${back * -7} 4.5l${back * 7} 4.5`;
}
