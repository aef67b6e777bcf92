/** Each part of the system with its state and the possible actions. */

import type { Part, PartAction } from "@orders/stack/break-it";
import { useMutation, useQuery, useQueryClient } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { toast } from "../../parts/toasts.tsx";
import { act, partsQuery } from "./calls.ts";

const tones = { running: "good", paused: "warn", stopped: "bad" } as const;
const actions: Readonly<Record<Part["state"], readonly PartAction[]>> = {
  running: ["kill", "stop", "pause"],
  paused: ["start", "kill"],
  stopped: ["start"],
};
const explanations: Readonly<Record<PartAction, string>> = {
  kill: "Like a crash: it cannot finish anything",
  stop: "Like a deployment: it finishes what it has started",
  pause: "Like a hang: its connections stay open, but it does nothing",
  start: "Starts it again",
};

export function PartList(): VNode {
  const parts = useQuery(partsQuery);
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
  const client = useQueryClient();
  const doing = useMutation({
    mutationFn: (action: PartAction) => act(name, action),
    onError: (error) => toast({ kind: "failure", text: `${name}: ${error.message}` }),
    onSettled: () => client.invalidateQueries({ queryKey: partsQuery.queryKey }),
  });
  return (
    <li data-part={name}>
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
