import type { VNode } from "preact";
import type { Connection } from "../api/event-stream.ts";
import { reasonsOf } from "../api/problem.ts";
import { timeOf } from "./values.tsx";

interface Props {
  readonly connection: Connection;
  /** When what is shown was read. */
  readonly at?: string | undefined;
}

/** Whether what is shown is what is. */
export function ConnectionStatus({ connection: { status, error }, at }: Props): VNode {
  const read = at === undefined ? "" : `; last update at ${timeOf(at)}`;
  return (
    <p class={`connection ${status}`} role="status">
      {status === "live" && "Live"}
      {status === "connecting" && "Connecting …"}
      {status === "lost" && `Connection lost, reconnecting${read}`}
      {status === "refused" && `Not live: ${reasonsOf(error)}`}
    </p>
  );
}
