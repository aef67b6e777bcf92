/** The first view: the system live. */
import type { VNode } from "preact";
import { Link } from "wouter-preact";
import type { Settings } from "../../../src/shapes.ts";
import { ConnectionStatus } from "../../parts/connection.tsx";
import { Failed } from "../../parts/states.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { flow, flowConnection } from "./flow-state.ts";
import { LivePicture } from "./live-picture.tsx";
import { ServiceCards } from "./service-cards.tsx";
import { FlowTables } from "./tables.tsx";

export function Flow({ settings }: { readonly settings: Settings }): VNode {
  const { error } = flowConnection.value;
  return (
    <>
      <ViewHead title="Flow">
        <ConnectionStatus connection={flowConnection.value} at={flow.value?.at} />
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
      {flow.value === undefined && error !== undefined ? (
        <Failed error={error} />
      ) : (
        <>
          <ServiceCards />
          <LivePicture />
          <FlowTables />
        </>
      )}
    </>
  );
}
