/** What to do, step by step; the current one is marked. */
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Run } from "./calls.ts";

const steps = [
  "Place 1,000 orders.",
  "Meanwhile, kill inventory.",
  "Watch inventory.orders fill, then start inventory.",
  "Watch the queue drain.",
  "Read the ledger: nothing was lost.",
];

interface Props {
  readonly run: Run | undefined;
  /** Whether any part is. */
  readonly down: boolean;
}

export function Steps({ run, down }: Props): VNode {
  const { startedAt, phase } = run ?? {};
  const [broken, setBroken] = useState<string | undefined>(undefined);
  useEffect(() => {
    if (down) setBroken(startedAt);
  }, [down, startedAt]);
  const current = stepOf(phase, down, startedAt !== undefined && broken === startedAt);
  return (
    <ol class="steps" aria-label="Steps">
      {steps.map((step, index) => (
        <li
          key={step}
          class={index < current ? "past" : ""}
          aria-current={index === current ? "step" : undefined}
        >
          {step}
        </li>
      ))}
    </ol>
  );
}

/** @param broken whether a part was down during this run */
function stepOf(phase: string | undefined, down: boolean, broken: boolean): number {
  if (phase === undefined || phase === "failed") return 0;
  if (phase === "done") return 4;
  if (down) return 2;
  return broken ? 3 : 1;
}
