/** Calls that break things on this machine. */
import { bodyOf } from "../../api/rest.ts";
import { thisMachine } from "../../session/local.ts";

export const breakIt = thisMachine["break-it"];

export const partsQuery = {
  queryKey: ["break-it", "parts"],
  queryFn: () => bodyOf(breakIt.parts.get()),
  refetchInterval: 1_000,
};
/** The current run, else the last one. */
export const runQuery = {
  queryKey: ["break-it", "run"],
  queryFn: () => bodyOf(breakIt.run.get()),
  refetchInterval: 250,
};

export type Parts = Awaited<ReturnType<typeof partsQuery.queryFn>>["parts"];
export type Run = NonNullable<Awaited<ReturnType<typeof runQuery.queryFn>>["run"]>;
