/** Each part of the system with its state and the possible actions. */
import { type UseQueryResult, useMutation } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { queries } from "../../api/queries.ts";
import { bodyOf } from "../../api/rest.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { toast } from "../../parts/toasts.tsx";
import { breakIt, type Parts, partsQuery } from "./calls.ts";

type Part = Parts[number];
type PartAction = keyof typeof explanations;

const tones = { running: "good", starting: "warn", paused: "warn", stopped: "bad" } as const;
const actions: Readonly<Record<Part["state"], readonly PartAction[]>> = {
  running: ["kill", "stop", "pause"],
  // Until it answers, the action that starts it is not over.
  starting: [],
  paused: ["start", "kill"],
  stopped: ["start"],
};
const explanations = {
  kill: "Like a crash: it cannot finish anything",
  stop: "Like a deployment: it finishes what it has started",
  pause: "Like a hang: its connections stay open, but it does nothing",
  start: "Starts it again",
} as const;

interface ListProps {
  readonly parts: UseQueryResult<{ readonly parts: Parts }>;
}

export function PartList({ parts }: ListProps): VNode {
  return (
    <section class="panel-box" aria-labelledby="parts-heading">
      <h2 id="parts-heading">Parts</h2>
      {parts.isPending && <Loading what="the parts" />}
      {parts.isError && <Failed error={parts.error} retry={parts.refetch} />}
      <ul class="parts">
        {parts.data?.parts.map((part) => (
          <PartRow key={part.name} part={part} />
        ))}
      </ul>
    </section>
  );
}

function PartRow({ part: { name, kind, state } }: { readonly part: Part }): VNode {
  const doing = useMutation({
    mutationFn: (action: PartAction) => bodyOf(breakIt.parts({ name })({ action }).post()),
    onError: (error) => toast({ kind: "failure", text: `${name}: ${error.message}` }),
    onSettled: () => queries.invalidateQueries({ queryKey: partsQuery.queryKey }),
  });
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    // The button that was pressed may be gone, and with it the focus.
    if (!doing.isIdle && document.activeElement === document.body)
      row.current?.querySelector<HTMLElement>("button:enabled")?.focus();
  }, [state, doing.isPending]);
  return (
    <li ref={row} data-part={name}>
      <span class="part-name">
        <b>{name}</b>
        {kind === "service" && <span class="muted"> service</span>}
      </span>
      <Badge tone={tones[state]}>{state}</Badge>
      <span class="actions">
        {actions[state].map((action) => (
          <Button
            key={action}
            kind={action === "kill" ? "danger" : undefined}
            title={explanations[action]}
            aria-label={`${action} ${name}`}
            busy={doing.isPending && doing.variables === action}
            disabled={doing.isPending}
            onClick={() => doing.mutate(action)}
          >
            {action}
          </Button>
        ))}
      </span>
    </li>
  );
}
