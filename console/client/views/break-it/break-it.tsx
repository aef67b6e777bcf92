/** Place orders, stop parts of the system meanwhile, and read from the ledger that nothing was lost. */
import { useQuery } from "@tanstack/preact-query";
import type { ComponentChildren, VNode } from "preact";
import { ConnectionStatus } from "../../parts/connection.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { flow, flowConnection } from "../flow/flow-state.ts";
import { LivePicture } from "../flow/live-picture.tsx";
import { partsQuery, runQuery } from "./calls.ts";
import { LedgerPanel } from "./ledger.tsx";
import { PartList } from "./part-list.tsx";
import { RunPanel } from "./run-panel.tsx";
import { Steps } from "./steps.tsx";

export function BreakIt(): VNode {
  return (
    <>
      <ViewHead title="Try to break it">
        {may("console:watch") && <ConnectionStatus connection={flowConnection.value} at={flow.value?.at} />}
      </ViewHead>
      <p class="muted">
        Every accepted order is settled exactly once, whatever dies in between. Kill any part; the ledger
        verifies it from the services’ own answers.
      </p>
      <Trial>
        {may("console:watch") ? (
          <LivePicture />
        ) : (
          <p class="notice" role="status">
            Your role may not watch queues and services. Sign in as operator or reader to see the picture.
          </p>
        )}
      </Trial>
    </>
  );
}

/** Reads the run and the parts again and again, which does not draw the picture again. */
function Trial({ children }: { readonly children: ComponentChildren }): VNode {
  const run = useQuery(runQuery).data?.run ?? undefined;
  const parts = useQuery(partsQuery);
  const down = parts.data?.parts.some(({ state }) => state !== "running") ?? false;
  return (
    <>
      <Steps run={run} down={down} />
      <LedgerPanel ledger={run?.ledger} />
      <div class="break-it">
        <div class="controls">
          <RunPanel run={run} />
          <PartList parts={parts} />
        </div>
        <div class="watch">{children}</div>
      </div>
    </>
  );
}
