/** Who replayed or deleted which message. */
import { useQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { bodyOf, deadLettersOf, type Service } from "../../api/rest.ts";
import { Badge } from "../../parts/badge.tsx";
import { TextFilter, useFilters } from "../../parts/filters.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import type { Column } from "../../parts/table.tsx";
import { Id, Time } from "../../parts/values.tsx";

interface Query {
  readonly messageId?: string;
  readonly limit: number;
  readonly after?: string;
}

function readRecord(service: Service, query: Query) {
  return bodyOf(deadLettersOf(service).actions.get({ query }));
}
type Action = Awaited<ReturnType<typeof readRecord>>["items"][number];

const tones = { done: "good", failed: "bad", unknown: "warn" } as const;

const columns: readonly Column<Action>[] = [
  { title: "Time", width: "time", cell: ({ startedAt }) => <Time at={startedAt} /> },
  { title: "Operator", cell: ({ operator }) => operator },
  { title: "Action", cell: ({ action }) => action },
  { title: "Message", cell: ({ type, messageId }) => type ?? <Id>{messageId}</Id>, wide: true },
  { title: "Message id", width: "id", cell: ({ messageId }) => <Id>{messageId}</Id>, wide: true },
  { title: "Reason", cell: ({ reason }) => reason, wide: true },
  {
    title: "Outcome",
    cell: ({ outcome, failure }) => (
      <span title={failure}>
        <Badge tone={tones[outcome]}>{outcome}</Badge>
      </span>
    ),
  },
];

export function Record({ service }: { readonly service: Service }): VNode {
  const [{ messageId }] = useFilters("messageId");
  const of = messageId === undefined ? {} : { messageId };
  const list = usePages({
    key: ["dead-letters", "record", service, messageId],
    keyOf: ({ id }) => id,
    read: (page) => readRecord(service, { ...of, ...page }),
    every: 3_000,
  });
  return (
    <>
      <h2>Audit log</h2>
      <search class="filters">
        <TextFilter label="Message id" name="messageId" />
      </search>
      <List what="actions" columns={columns} list={list} none="No message has been replayed or deleted." />
    </>
  );
}

interface OfProps {
  readonly service: Service;
  readonly messageId: string;
}

/** Of one message, if anything was done with it. */
export function RecordOf({ service, messageId }: OfProps): VNode | null {
  const { data } = useQuery({
    queryKey: ["dead-letters", "record-of", service, messageId],
    queryFn: () => readRecord(service, { messageId, limit: 20 }),
    refetchInterval: 3_000,
  });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <>
      <h2>Audit log of this message</h2>
      <ul class="letters">
        {data.items.map(({ id, operator, action, startedAt, outcome }) => (
          <li key={id}>
            <Time at={startedAt} /> <b>{operator}</b> {action} <Badge tone={tones[outcome]}>{outcome}</Badge>
          </li>
        ))}
      </ul>
    </>
  );
}
