/** Places orders, with a live counter, and delivers messages of theirs again. */
import { useSignal } from "@preact/signals";
import { useMutation } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { queries } from "../../api/queries.ts";
import { bodyOf } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Input } from "../../parts/field.tsx";
import { Progress } from "../../parts/progress.tsx";
import { toast } from "../../parts/toasts.tsx";
import { count as counted } from "../../parts/values.tsx";
import { breakIt, type Run, runQuery } from "./calls.ts";

const most = 10_000;
const duplicates = 100;

const phases: Readonly<Record<Run["phase"], string>> = {
  placing: "Placing orders",
  settling: "Waiting for all orders to be settled",
  checking: "Checking the results",
  done: "Done",
  failed: "Failed",
};

export function RunPanel({ run }: { readonly run: Run | undefined }): VNode {
  const count = useSignal("1000");
  const failed = (error: Error) => toast({ kind: "failure", text: error.message });
  const placing = useMutation({
    mutationFn: () => bodyOf(breakIt.orders.post({ count: Number(count.value) })),
    onSuccess: (placed) => queries.setQueryData(runQuery.queryKey, { run: placed }),
    onError: failed,
  });
  const repeating = useMutation({
    mutationFn: () => bodyOf(breakIt.duplicates.post({ count: duplicates })),
    onSuccess: ({ sent }) => toast({ kind: "success", text: `${counted(sent, "message")} delivered again.` }),
    onError: failed,
  });
  const running = run !== undefined && run.phase !== "done" && run.phase !== "failed";
  return (
    <section class="panel-box" aria-labelledby="orders-heading">
      <h2 id="orders-heading">Orders</h2>
      <form
        class="place"
        onSubmit={(event) => {
          event.preventDefault();
          placing.mutate();
        }}
      >
        <Input
          label="How many"
          name="count"
          type="number"
          min="1"
          max={most}
          required
          value={count.value}
          onInput={({ currentTarget }) => (count.value = currentTarget.value)}
        />
        <Button kind="primary" type="submit" busy={placing.isPending} disabled={running}>
          Place {Number(count.value).toLocaleString("en")} orders
        </Button>
        <Button busy={repeating.isPending} disabled={run === undefined} onClick={() => repeating.mutate()}>
          Deliver {duplicates} messages twice
        </Button>
      </form>
      {run !== undefined && (
        <div class="counters">
          <p role="status">
            <b>{phases[run.phase]}</b>
            {run.note !== undefined && ` · ${run.note}`}
          </p>
          <Progress label="Accepted" done={run.accepted} of={run.wanted} />
          <Progress label="Settled" done={run.settled} of={run.wanted} />
          <p class="muted">
            {run.retries.toLocaleString("en")} requests retried, {run.duplicatesSent.toLocaleString("en")}{" "}
            messages delivered twice
          </p>
        </div>
      )}
    </section>
  );
}
