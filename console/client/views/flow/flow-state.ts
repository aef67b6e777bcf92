/** What the system does at the moment, and did in the last five minutes. */
import { effect, signal } from "@preact/signals";
import type { FlowState } from "../../../src/shapes.ts";
import { followEvents, type StreamStatus } from "../../api/event-stream.ts";
import { may } from "../../session/session.ts";

/** The latest reading; undefined before the first. */
export const flow = signal<FlowState | undefined>(undefined);
export const flowStatus = signal<StreamStatus>("connecting");
/** Why there is no connection. */
export const flowError = signal<unknown>(undefined);

/** Readings a second apart. */
const kept = 300;
const histories = new Map<string, number[]>();

/** The last readings of a part, the newest last; its id as in the picture. */
export function historyOf(part: string): readonly number[] {
  return histories.get(part) ?? [];
}

function remember(part: string, value: number): void {
  const history = histories.get(part) ?? [];
  history.push(value);
  if (history.length > kept) history.shift();
  histories.set(part, history);
}

function take(state: FlowState): void {
  for (const queue of state.queues) remember(`queue ${queue.name}`, queue.ready + queue.inHand);
  const sums = new Map<string, number>();
  const add = (part: string, perSecond: number) => sums.set(part, (sums.get(part) ?? 0) + perSecond);
  for (const route of state.routes) {
    add(`key ${route.exchange} ${route.routingKey}`, route.perSecond ?? 0);
    add(`exchange ${route.exchange}`, route.perSecond ?? 0);
  }
  for (const [part, perSecond] of sums) remember(part, perSecond);
  for (const { name, outbox } of state.services) remember(`service ${name}`, outbox?.rows ?? 0);
  flow.value = state;
}

/** One connection for all views, as long as a person is signed in. */
effect(() => {
  if (!may("console:watch")) return;
  return followEvents({
    path: "/flow",
    onEvent: ({ data }) => take(JSON.parse(data)),
    onStatus(status, error) {
      flowStatus.value = status;
      flowError.value = error;
    },
  });
});
