/** One dead letter: why it is dead, what it holds, and what can be done with it. */
import { useSignal } from "@preact/signals";
import { useQuery } from "@tanstack/preact-query";
import type { VNode } from "preact";
import { Link, useLocation } from "wouter-preact";
import type { Service } from "../../api/rest.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Facts } from "../../parts/facts.tsx";
import { One } from "../../parts/one.tsx";
import { Scroll } from "../../parts/scroll.tsx";
import { Time } from "../../parts/values.tsx";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { Act, type Kind } from "./act.tsx";
import { type OpenedLetter, readLetter } from "./letter-shapes.ts";
import { Payload } from "./payload.tsx";
import { RecordOf } from "./record.tsx";

interface Props {
  readonly service: Service;
  readonly queue: string;
  readonly messageId: string;
}

export function OneDeadLetter({ service, queue, messageId }: Props): VNode {
  const [, navigate] = useLocation();
  const acting = useSignal<Kind | undefined>(undefined);
  const read = useQuery({
    queryKey: ["dead-letters", "one", service, queue, messageId],
    queryFn: () => readLetter(service, queue, messageId),
  });
  return (
    <>
      <One
        list={{ href: `/dead-letters/${service}`, title: `Dead letters of ${service}` }}
        what="message"
        id={messageId}
        read={read}
      >
        {(data) => (
          <>
            <ViewHead title={data.type ?? "Message without a type"}>
              <Badge tone="bad">{data.reason}</Badge>
              <div class="actions">
                {may("dead-letters:replay") && (
                  <Button kind="primary" onClick={() => (acting.value = "replay")}>
                    Replay
                  </Button>
                )}
                {may("dead-letters:delete") && (
                  <Button kind="danger" onClick={() => (acting.value = "delete")}>
                    Delete
                  </Button>
                )}
              </div>
            </ViewHead>
            {data.failureReason !== undefined && <p class="failure">{data.failureReason}</p>}
            <Origin letter={data} />
            <Payload letter={data} />
            <Headers letter={data} />
          </>
        )}
      </One>
      <RecordOf service={service} messageId={messageId} />
      {acting.value && (
        <Act
          service={service}
          kind={acting.value}
          selection={{ queue, messageId }}
          onClose={() => (acting.value = undefined)}
          onDone={() => navigate(`/dead-letters/${service}`)}
        />
      )}
    </>
  );
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function Origin({ letter }: { readonly letter: OpenedLetter }): VNode {
  const { correlationId, originalExchange, originalRoutingKey = "" } = letter;
  const time = (at: string | undefined) => at && <Time at={at} />;
  const code = (id: string | undefined) => id && <code>{id}</code>;
  const isOrder = correlationId !== undefined && uuid.test(correlationId) && may("orders:read");
  return (
    <Facts
      of={{
        Queue: letter.queue,
        "Message id": code(letter.id),
        Attempts: letter.attempts,
        "First failed": time(letter.firstFailedAt),
        "Dead-lettered": time(letter.deadLetteredAt),
        Published: time(letter.publishedAt),
        Producer: letter.producer,
        Route: originalExchange && `${originalExchange} → ${originalRoutingKey}`,
        "Correlation id": isOrder ? (
          <Link href={`/orders/${correlationId}`}>{correlationId}</Link>
        ) : (
          correlationId
        ),
        "Causation id": code(letter.causationId),
        "Trace id": code(letter.traceId),
      }}
    />
  );
}

function Headers({ letter: { headers } }: { readonly letter: OpenedLetter }): VNode {
  return (
    <>
      <h2>Headers</h2>
      <Scroll label="Headers">
        <table>
          <tbody>
            {Object.entries(headers).map(([name, value]) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td>
                  <code>{String(value)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
