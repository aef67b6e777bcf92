/** The first view: the system live. */
import type { VNode } from "preact";
import { Link, useSearchParams } from "wouter-preact";
import type { Settings } from "../../../src/shapes.ts";
import { Failed } from "../../parts/states.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { Connection } from "./connection.tsx";
import { Details } from "./details.tsx";
import { flow, flowError } from "./flow-state.ts";
import { LivePicture } from "./live-picture.tsx";
import { ServiceCards } from "./service-cards.tsx";
import { FlowTables } from "./tables.tsx";

export function Flow({ settings }: { readonly settings: Settings }): VNode {
  const [parameters] = useSearchParams();
  const part = parameters.get("part") ?? undefined;
  return (
    <>
      <ViewHead title="Flow">
        <Connection />
      </ViewHead>
      <p class="muted">
        The system as it is now. Choose a part of the picture for its numbers and its last five minutes.
        {settings.breakIt && (
          <>
            {" "}
            New here? <Link href="/break-it">Try to break it</Link>: place orders, kill a service, and see
            that nothing is lost.
          </>
        )}
      </p>
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
