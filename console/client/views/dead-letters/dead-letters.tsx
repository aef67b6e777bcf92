import type { ComponentChildren, VNode } from "preact";
import { Link, Redirect, Route, Switch, useRoute } from "wouter-preact";
import { type Service, services } from "../../api/rest.ts";
import { ViewHead } from "../../parts/view-head.tsx";
import { OneDeadLetter } from "./dead-letter.tsx";
import { DeadLetterList } from "./dead-letter-list.tsx";
import { Record } from "./record.tsx";

export function DeadLetters(): VNode {
  const [, parameters] = useRoute("/dead-letters/:service/*?");
  const service = services.find((one) => one === parameters?.service);
  if (service === undefined) return <Redirect to={`/dead-letters/${services[0]}`} replace />;
  return (
    <Switch>
      <Route path="/dead-letters/:_/record">
        <Of service={service}>
          <Record service={service} />
        </Of>
      </Route>
      <Route path="/dead-letters/:_/:queue/:messageId">
        {({ queue, messageId }) => <OneDeadLetter service={service} queue={queue} messageId={messageId} />}
      </Route>
      <Route>
        <Of service={service}>
          <DeadLetterList service={service} />
        </Of>
      </Route>
    </Switch>
  );
}

interface OfProps {
  readonly service: Service;
  readonly children: ComponentChildren;
}

/** With the tabs of the services. */
function Of({ service, children }: OfProps): VNode {
  return (
    <>
      <ViewHead title="Dead letters and parked messages" />
      <nav class="tabs" aria-label="Services">
        {services.map((one) => (
          <Link key={one} href={`/dead-letters/${one}`} aria-current={one === service ? "page" : undefined}>
            {one}
          </Link>
        ))}
      </nav>
      {children}
    </>
  );
}
