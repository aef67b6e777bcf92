/** Where an order's time goes: the arithmetic of the points that it passes. */
import { percentile } from "../statistics.ts";

export type Kind = "load" | "event loop" | "group commit" | "transaction" | "broker" | "batch in hand";

/** What an order does, or waits for, between two points. */
export interface Station {
  readonly place: string;
  readonly what: string;
  readonly kind: Kind;
}

/** When an order passed each point, in milliseconds: one more than there are stations. */
export type Passage = readonly number[];

export interface Stay {
  readonly p50: number;
  readonly p99: number;
  /** Of the time of all orders together. */
  readonly share: number;
}

/** Whether an order is worked on meanwhile; a broker writes and delivers it, and makes it wait. */
export const isWork: Readonly<Record<Kind, "work" | "waiting" | "both">> = {
  load: "waiting",
  "event loop": "waiting",
  "group commit": "waiting",
  transaction: "work",
  broker: "both",
  "batch in hand": "waiting",
};

/** How long the order stayed at each station. Clocks are coarse: a point before the last one counts as the same. */
export function staysOf(passage: Passage): number[] {
  const [first = 0, ...others] = passage;
  let latest = first;
  return others.map((point) => {
    const stay = Math.max(0, point - latest);
    latest += stay;
    return stay;
  });
}

export const totalOf = (passage: Passage) => sum(staysOf(passage));

/** One for each group of stations, in the order of their first ones. */
export function stays(
  stations: readonly Station[],
  passages: readonly Passage[],
  groupOf: (station: Station, index: number) => string,
): Map<string, Stay> {
  const all = sum(passages.map(totalOf));
  const groups = new Map<string, number[]>();
  for (const passage of passages) {
    const ofOne = new Map<string, number>();
    for (const [index, stay] of staysOf(passage).entries()) {
      const station = stations[index];
      if (!station) throw new Error(`an order has ${passage.length} points on ${stations.length} stations`);
      const group = groupOf(station, index);
      ofOne.set(group, (ofOne.get(group) ?? 0) + stay);
    }
    for (const [group, stay] of ofOne) groups.set(group, [...(groups.get(group) ?? []), stay]);
  }
  return new Map(
    [...groups].map(([group, each]) => {
      const sorted = each.toSorted((a, b) => a - b);
      return [
        group,
        { p50: percentile(sorted, 50), p99: percentile(sorted, 99), share: sum(each) / all },
      ] as const;
    }),
  );
}

/** The order that half of the orders were faster than. */
export function medianPassage(passages: readonly Passage[]): Passage {
  return passages.toSorted((a, b) => totalOf(a) - totalOf(b))[Math.floor(passages.length / 2)] ?? [];
}

/** A bar for each station, where the order was there: `#` for work, `.` for waiting, `+` for both. */
export function bars(stations: readonly Station[], passage: Passage, width: number): string[] {
  const total = totalOf(passage);
  const column = (time: number) => Math.round((width * time) / total);
  let reached = 0;
  return staysOf(passage).map((stay, index) => {
    const from = column(reached);
    reached += stay;
    const mark = marks[isWork[stations[index]?.kind ?? "load"]];
    return " ".repeat(Math.min(from, width - 1)) + mark.repeat(Math.max(1, column(reached) - from));
  });
}

const marks = { work: "#", waiting: ".", both: "+" } as const;

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
