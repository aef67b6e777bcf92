/** Place orders, stop parts of the system meanwhile, and read from the ledger that nothing was lost. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { useSearchParams } from "wouter-preact";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { Connection } from "../flow/connection.tsx";
import { Details } from "../flow/details.tsx";
import { flow } from "../flow/flow-state.ts";
import { LivePicture } from "../flow/live-picture.tsx";
import { followRun } from "./calls.ts";
import { LedgerPanel } from "./ledger.tsx";
import { PartList } from "./part-list.tsx";
import { RunPanel } from "./run-panel.tsx";
import { Steps } from "./steps.tsx";

export function BreakIt(): VNode {
  useEffect(followRun, []);
  const [parameters] = useSearchParams();
  const part = parameters.get("part") ?? undefined;
  return (
    <>
      <ViewHead title="Try to break it">{may("console:watch") && <Connection />}</ViewHead>
      <p class="muted">
        Every accepted order is settled exactly once, whatever dies in between. Kill any part; the ledger
        verifies it from the services’ own answers.
      </p>
      <Steps />
      <LedgerPanel />
      <div class="break-it">
        <div class="controls">
          <RunPanel />
          <PartList />
        </div>
        <div class="watch">
          {may("console:watch") ? (
            <LivePicture state={flow.value} part={part} />
          ) : (
            <p class="notice" role="status">
              Your role may not watch queues and services. Sign in as operator or reader to see the picture.
            </p>
          )}
          {part !== undefined && <Details part={part} state={flow.value} />}
        </div>
      </div>
    </>
  );
}
