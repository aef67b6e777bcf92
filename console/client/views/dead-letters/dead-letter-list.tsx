/** The dead letters of one service, the longest dead first; those parked in its outbox are among them. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Service } from "../../api/rest.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { ChoiceFilter, TextFilter, useFilters } from "../../parts/filters.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import type { Column } from "../../parts/table.tsx";
import { count, Time } from "../../parts/values.tsx";
import { may } from "../../session/session.ts";
import { flow } from "../flow/flow-state.ts";
import { Act, type Kind } from "./act.tsx";
import { type Letter, letterPath, type Page, readLetters, reasons } from "./letter-shapes.ts";

function columnsOf(service: Service): readonly Column<Letter>[] {
  return [
    {
      title: "Message",
      cell: (letter) =>
        may("dead-letters:show") ? (
          <Link href={letterPath(service, letter)}>{letter.type ?? letter.id}</Link>
        ) : (
          (letter.type ?? letter.id)
        ),
    },
    { title: "Queue", cell: ({ queue }) => queue, wide: true },
    { title: "Reason", cell: ({ reason }) => <Badge tone="bad">{reason}</Badge> },
    {
      title: "Failure",
      width: "long",
      cell: ({ failureReason }) => <span title={failureReason}>{failureReason ?? "—"}</span>,
      wide: true,
    },
    { title: "Attempts", width: "short", cell: ({ attempts }) => attempts, align: "end", wide: true },
    {
      title: "Dead-lettered",
      width: "time",
      cell: ({ deadLetteredAt }) => deadLetteredAt && <Time at={deadLetteredAt} />,
    },
  ];
}

/** Milliseconds: the broker's counts are this old at most. */
const settling = 6_000;

/**
 * Whether there are others now than listed, as the flow counts them. They are not simply listed again: that would hide
 * them from an operator who is replaying them.
 */
function useChanged(service: Service, queues: Page["queues"], listedAt: number): boolean {
  const [changed, setChanged] = useState(false);
  const { outbox } = flow.value?.services.find(({ name }) => name === service) ?? {};
  const differs = queues.some(({ queue, messages }) => {
    const now =
      queue === `${service}.outbox`
        ? outbox?.parked
        : flow.value?.queues.find(({ name }) => name === queue)?.deadLetters.messages;
    return now !== undefined && now !== messages;
  });
  useEffect(() => {
    setChanged(false);
    if (!differs) return;
    const timer = setTimeout(() => setChanged(true), settling);
    return () => clearTimeout(timer);
  }, [differs, listedAt]);
  return changed;
}

export function DeadLetterList({ service }: { readonly service: Service }): VNode {
  const [filters] = useFilters("queue", "reason", "type", "failureReason");
  const acting = useSignal<Kind | undefined>(undefined);
  const { queue, type, failureReason } = filters;
  const reason = reasons.find((one) => one === filters.reason);
  const filter = {
    ...(reason && { reason }),
    ...(type !== undefined && { type }),
    ...(failureReason !== undefined && { failureReason }),
  };
  const inQueue = queue === undefined ? {} : { queue };
  const list = usePages<Letter, Page>({
    key: ["dead-letters", service, filter, queue],
    keyOf: (letter) => `${letter.queue} ${letter.id} ${letter.deadLetteredAt}`,
    read: (page) => readLetters(service, { ...filter, ...inQueue, ...page }),
  });
  const queues = list.pages[0]?.queues ?? [];
  const changed = useChanged(service, queues, list.dataUpdatedAt);
  const dead = queues.reduce((sum, { messages }) => sum + messages, 0);
  const filtered = Object.keys(filter).length > 0;
  const selection = { ...inQueue, ...(filtered ? { filter } : { all: true as const }) };
  return (
    <>
      <search class="filters">
        <ChoiceFilter
          label="Queue"
          name="queue"
          options={queue === undefined ? queues.map(({ queue: name }) => name) : [queue]}
          none="All"
        />
        <ChoiceFilter label="Reason" name="reason" options={reasons} none="Any" />
        <TextFilter label="Type" name="type" example="order.created" />
        <TextFilter label="Failure contains" name="failureReason" />
        <div class="actions">
          <Button onClick={() => list.refetch()} busy={list.isFetching}>
            Refresh
          </Button>
          {may("dead-letters:replay") && dead > 0 && (
            <Button kind="primary" onClick={() => (acting.value = "replay")}>
              Replay {filtered ? "these" : "all"}
            </Button>
          )}
          {may("dead-letters:delete") && dead > 0 && (
            <Button kind="danger" onClick={() => (acting.value = "delete")}>
              Delete {filtered ? "these" : "all"}
            </Button>
          )}
          <Link class="button" href={`/dead-letters/${service}/record`}>
            Audit log
          </Link>
        </div>
      </search>
      {queues.length > 0 && (
        <p class="note" role="status">
          {count(dead, "dead letter")}:{" "}
          {queues.map(({ queue: name, messages }) => `${name} ${messages.toLocaleString("en")}`).join(", ")}
        </p>
      )}
      <div class="changes" role="status">
        {changed && <Button onClick={list.restart}>The dead letters have changed: show</Button>}
      </div>
      <List
        what="dead letters"
        columns={columnsOf(service)}
        list={list}
        none={filtered ? "Nothing matches the filters." : "Every message has been handled."}
      />
      {acting.value && (
        <Act
          service={service}
          kind={acting.value}
          selection={selection}
          onClose={() => (acting.value = undefined)}
        />
      )}
    </>
  );
}
