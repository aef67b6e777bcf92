/** The first view: the system live. */
import type { VNode } from "preact";
import { useSearchParams } from "wouter-preact";
import { Failed } from "../../parts/states.tsx";
import { Connection } from "./connection.tsx";
import { Details } from "./details.tsx";
import { flow, flowError } from "./flow-state.ts";
import { LivePicture } from "./live-picture.tsx";
import { ServiceCards } from "./service-cards.tsx";
import { FlowTables } from "./tables.tsx";

export function Flow(): VNode {
  const [parameters] = useSearchParams();
  const part = parameters.get("part") ?? undefined;
  return (
    <>
      <div class="view-head">
        <h1>Flow</h1>
        <Connection />
      </div>
      {flow.value === undefined && flowError.value !== undefined ? (
        <Failed error={flowError.value} />
      ) : (
        <>
          <ServiceCards state={flow.value} />
          <LivePicture state={flow.value} part={part} />
          {part !== undefined && <Details part={part} state={flow.value} />}
          <FlowTables state={flow.value} />
        </>
      )}
    </>
  );
}
