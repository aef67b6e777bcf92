import type { VNode } from "preact";
import { flow, flowStatus } from "./flow-state.ts";
import { timeOf } from "./words.ts";

/** Whether what is shown is what is. */
export function Connection(): VNode {
  const read = flow.value === undefined ? "" : `; last update at ${timeOf(flow.value.at)}`;
  return (
    <p class={`connection ${flowStatus.value}`} role="status">
      {flowStatus.value === "live" && "Live"}
      {flowStatus.value === "connecting" && "Connecting …"}
      {flowStatus.value === "lost" && `Connection lost, reconnecting${read}`}
    </p>
  );
}
