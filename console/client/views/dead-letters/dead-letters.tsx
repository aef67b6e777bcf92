import type { VNode } from "preact";
import { Link, Redirect, useRoute } from "wouter-preact";
import { services } from "../../api/rest.ts";
import { ViewHead } from "../../parts/view-head.tsx";
import { OneDeadLetter } from "./dead-letter.tsx";
import { DeadLetterList } from "./dead-letter-list.tsx";
import { Record } from "./record.tsx";

export function DeadLetters(): VNode {
  const [, parameters] = useRoute("/dead-letters/:service/*?");
  const [onRecord] = useRoute("/dead-letters/:service/record");
  const [, one] = useRoute("/dead-letters/:service/:queue/:messageId");
  const service = services.find((name) => name === parameters?.service);
  if (service === undefined) return <Redirect to={`/dead-letters/${services[0]}`} replace />;
  if (one) return <OneDeadLetter service={service} queue={one.queue} messageId={one.messageId} />;
  return (
    <>
      <ViewHead title="Dead letters and parked messages" />
      <nav class="tabs" aria-label="Services">
        {services.map((name) => (
          <Link
            key={name}
            href={`/dead-letters/${name}`}
            aria-current={name === service ? "page" : undefined}
          >
            {name}
          </Link>
        ))}
      </nav>
      {onRecord ? <Record service={service} /> : <DeadLetterList service={service} />}
    </>
  );
}
