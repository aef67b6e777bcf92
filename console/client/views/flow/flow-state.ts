/** What the system does at the moment, and did in the last five minutes. */
import { effect, signal } from "@preact/signals";
import type { FlowState } from "../../../src/shapes.ts";
import { type Connection, followEvents } from "../../api/event-stream.ts";
import { may } from "../../session/session.ts";

/** The latest reading; undefined before the first. */
export const flow = signal<FlowState | undefined>(undefined);
export const flowConnection = signal<Connection>({ status: "connecting" });

/** A value for each second, the newest last; undefined where it was not read, such as without a connection. */
export type History = readonly (number | undefined)[];

/** Seconds. */
const kept = 300;
const histories = new Map<string, (number | undefined)[]>();

/** Of a part; its id as in the picture. */
export function historyOf(part: string): History {
  return histories.get(part) ?? [];
}

/** @param least the result if no value is higher */
export function highestIn(history: History, least: number): number {
  return history.reduce<number>((highest, value = least) => Math.max(highest, value), least);
}

function take(state: FlowState): void {
  const passed = flow.value ? Date.parse(state.at) - Date.parse(flow.value.at) : 0;
  const missed = Math.min(kept, Math.max(0, Math.round(passed / 1_000) - 1));
  const values = valuesOf(state);
  for (const part of new Set([...histories.keys(), ...values.keys()])) {
    const history = histories.get(part) ?? [];
    history.push(...Array<undefined>(missed), values.get(part));
    histories.set(part, history.slice(-kept));
  }
  flow.value = state;
}

/** By part. */
function valuesOf({ queues, routes, services }: FlowState): Map<string, number | undefined> {
  const values = new Map<string, number | undefined>();
  for (const { name, ready, inHand } of queues) values.set(`queue ${name}`, ready + inHand);
  for (const { exchange, routingKey, perSecond } of routes)
    for (const part of [`key ${exchange} ${routingKey}`, `exchange ${exchange}`])
      if (perSecond !== null) values.set(part, (values.get(part) ?? 0) + perSecond);
  for (const { name, outbox } of services) values.set(`service ${name}`, outbox?.rows);
  return values;
}

/** One connection for all views, as long as a person is signed in. */
effect(() => {
  if (!may("console:watch")) return;
  return followEvents({
    path: "/flow",
    onEvent: ({ data }) => take(JSON.parse(data)),
    onStatus: (connection) => (flowConnection.value = connection),
  });
});
