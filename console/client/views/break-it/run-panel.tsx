/** Places orders, with a live counter, and delivers messages of theirs again. */

import type { RunState } from "@orders/stack/break-it";
import { useSignal } from "@preact/signals";
import { useMutation } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { Button } from "../../parts/button.tsx";
import { Field } from "../../parts/field.tsx";
import { Progress } from "../../parts/progress.tsx";
import { toast } from "../../parts/toasts.tsx";
import { count as counted } from "../../parts/values.tsx";
import { placeOrders, run, sendDuplicates } from "./calls.ts";

const most = 10_000;
const duplicates = 100;

const phases: Readonly<Record<RunState["phase"], string>> = {
  placing: "Placing orders",
  settling: "Waiting for all orders to be settled",
  checking: "Checking the results",
  done: "Done",
  failed: "Failed",
};

export function RunPanel(): VNode {
  const count = useSignal(1_000);
  const failed = (error: Error) => toast({ kind: "failure", text: error.message });
  const placing = useMutation({
    mutationFn: placeOrders,
    onSuccess: (state) => {
      run.value = state;
    },
    onError: failed,
  });
  const repeating = useMutation({
    mutationFn: sendDuplicates,
    onSuccess: ({ sent }) => toast({ kind: "success", text: `${counted(sent, "message")} delivered again.` }),
    onError: failed,
  });
  const state = run.value;
  const running = state !== null && state.phase !== "done" && state.phase !== "failed";
  return (
    <section class="panel-box" aria-labelledby="orders-heading">
      <h2 id="orders-heading">Orders</h2>
      <form
        class="place"
        onSubmit={(event) => {
          event.preventDefault();
          placing.mutate({ count: count.value });
        }}
      >
        <Field label="How many">
          <input
            type="number"
            min="1"
            max={most}
            required
            value={count.value}
            onInput={({ currentTarget }) => {
              count.value = currentTarget.valueAsNumber;
            }}
          />
        </Field>
        <Button kind="primary" type="submit" busy={placing.isPending} disabled={running}>
          Place {Number.isNaN(count.value) ? "" : count.value.toLocaleString("en")} orders
        </Button>
        <Button
          busy={repeating.isPending}
          disabled={state === null}
          onClick={() => repeating.mutate({ count: duplicates })}
        >
          Deliver {duplicates} messages twice
        </Button>
      </form>
      {state !== null && (
        <div class="counters">
          <p role="status">
            <b>{phases[state.phase]}</b>
            {state.note !== undefined && ` · ${state.note}`}
          </p>
          <Progress label="Accepted" done={state.accepted} of={state.wanted} />
          <Progress label="Settled" done={state.settled} of={state.wanted} />
          <p class="muted">
            {state.retries.toLocaleString("en")} requests retried, {state.duplicatesSent.toLocaleString("en")}{" "}
            messages delivered twice
          </p>
        </div>
      )}
    </section>
  );
}
