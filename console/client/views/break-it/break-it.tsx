/** Place orders, stop parts of the system meanwhile, and read from the ledger that nothing was lost. */
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { useSearchParams } from "wouter-preact";
import { may } from "../../session/session.ts";
import { Connection } from "../flow/connection.tsx";
import { Details } from "../flow/details.tsx";
import { flow } from "../flow/flow-state.ts";
import { LivePicture } from "../flow/live-picture.tsx";
import { followRun } from "./calls.ts";
import { LedgerPanel } from "./ledger.tsx";
import { PartList } from "./part-list.tsx";
import { RunPanel } from "./run-panel.tsx";

export function BreakIt(): VNode {
  useEffect(followRun, []);
  const [parameters] = useSearchParams();
  const part = parameters.get("part") ?? undefined;
  return (
    <>
      <div class="view-head">
        <h1>Try to break it</h1>
        {may("console:watch") && <Connection />}
      </div>
      <p class="muted">
        Place orders, kill any part, and watch a queue fill and drain. Every accepted order is settled exactly
        once: the ledger verifies it from the services’ own answers.
      </p>
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
          <LedgerPanel />
          {part !== undefined && <Details part={part} state={flow.value} />}
        </div>
      </div>
    </>
  );
}
