/** The dialog that replays or deletes: first a dry run says which messages are meant, then it is done. */
import { useSignal } from "@preact/signals";
import { useMutation } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { queries } from "../../api/queries.ts";
import type { Service } from "../../api/rest.ts";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Progress } from "../../parts/progress.tsx";
import { Failed, Loading } from "../../parts/states.tsx";
import { toast } from "../../parts/toasts.tsx";
import { count } from "../../parts/values.tsx";
import { type Kind, type Report, runAction, type Selection } from "./run-action.ts";

export type { Kind };

interface Props {
  readonly service: Service;
  readonly kind: Kind;
  readonly selection: Selection;
  onClose(): void;
  /** When all of it was done. */
  onDone?(): void;
}

/** Of the messages that are meant. */
const listed = 5;
const words = {
  replay: {
    title: "Replay dead letters",
    done: "replayed",
    what: "They return to their queue and are handled as if for the first time.",
  },
  delete: { title: "Delete dead letters", done: "deleted", what: "This cannot be undone." },
};

export function Act({ service, kind, selection, onClose, onDone }: Props): VNode {
  const dry = useSignal<Report | undefined>(undefined);
  const examples = useSignal<Report["letters"]>([]);
  const real = useSignal<Report | undefined>(undefined);
  const left = useRef(new AbortController());
  // Nothing that dies after the dry run is meant.
  const since = useRef(new Date().toISOString());
  const { title, done, what } = words[kind];
  const run = (selected: Selection, onReport: (report: Report) => void) =>
    runAction({ service, kind, selection: selected, signal: left.current.signal, onReport });

  const trying = useMutation({
    mutationFn: () =>
      run({ ...selection, dryRun: true }, (report) => {
        dry.value = report;
        examples.value = [...examples.value, ...report.letters].slice(0, listed);
      }),
  });
  const acting = useMutation({
    mutationFn: () => {
      const meant =
        selection.messageId === undefined ? { ...selection, deadBefore: since.current } : selection;
      return run(meant, (report) => (real.value = report));
    },
    onSuccess() {
      const report = real.value;
      if (report === undefined || report.failed > 0) return;
      toast({ kind: "success", text: `${count(report.done, "message")} ${done}.` });
      onClose();
      onDone?.();
    },
    onSettled() {
      // Not the one that is open: it is gone.
      const predicate = ({ queryKey: [, of] }: { readonly queryKey: readonly unknown[] }) => of !== "one";
      void queries.invalidateQueries({ queryKey: ["dead-letters"], predicate });
    },
  });
  useEffect(() => {
    trying.mutate();
    return () => left.current.abort();
  }, []);
  const error = acting.error ?? trying.error;

  const report = real.value ?? dry.value;
  const tried = dry.value?.state === "complete";
  return (
    <Dialog title={title} onClose={onClose}>
      {report === undefined && !error && <Loading what="the dry run" />}
      {report !== undefined && (
        <>
          {real.value ? (
            <Progress
              label={kind === "replay" ? "Replayed" : "Deleted"}
              done={report.done}
              of={dry.value?.matched ?? report.total}
            />
          ) : (
            <Progress label="Examined" done={report.examined} of={report.total} />
          )}
          <p role="status">
            <b>{count(report.matched, "message")}</b> {report.matched === 1 ? "matches" : "match"}. {what}
            {report.failed > 0 &&
              ` ${count(report.failed, "message")} could not be ${done} and ${report.failed === 1 ? "remains" : "remain"} in the dead-letter queue.`}
          </p>
          <ul class="letters">
            {examples.value.map(({ queue, id, type, reason }) => (
              <li key={id}>
                {type ?? "unknown type"} <span class="type">{`${reason}, in ${queue}`}</span>
              </li>
            ))}
            {report.matched > listed && (
              <li class="type">and {(report.matched - examples.value.length).toLocaleString("en")} more</li>
            )}
          </ul>
        </>
      )}
      {error && <Failed error={error} />}
      <div class="actions">
        <Button onClick={onClose}>Close</Button>
        <Button
          kind={kind === "delete" ? "danger" : "primary"}
          busy={trying.isPending || acting.isPending}
          disabled={!tried || dry.value?.matched === 0}
          onClick={() => acting.mutate()}
        >
          {kind === "replay" ? "Replay" : "Delete"} {count(dry.value?.matched ?? 0, "message")}
        </Button>
      </div>
    </Dialog>
  );
}
