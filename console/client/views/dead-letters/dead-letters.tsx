import type { VNode } from "preact";
import { Link, Redirect, Route, Switch, useParams } from "wouter-preact";
import { type Service, services } from "../../api/rest.ts";
import { OneDeadLetter } from "./dead-letter.tsx";
import { DeadLetterList } from "./dead-letter-list.tsx";
import { Record } from "./record.tsx";

export function DeadLetters(): VNode {
  return (
    <Switch>
      <Route path="/dead-letters/:service/record">
        <Of>{(service) => <Record service={service} />}</Of>
      </Route>
      <Route path="/dead-letters/:service/:queue/:messageId">
        {({ service, queue, messageId }) => (
          <OneDeadLetter service={known(service)} queue={queue} messageId={decodeURIComponent(messageId)} />
        )}
      </Route>
      <Route path="/dead-letters/:service">
        <Of>{(service) => <DeadLetterList key={service} service={service} />}</Of>
      </Route>
      <Route>
        <Redirect to={`/dead-letters/${services[0]}`} replace />
      </Route>
    </Switch>
  );
}

function known(name: string | undefined): Service {
  return services.find((service) => service === name) ?? services[0];
}

/** With the tabs of the services. */
function Of({ children }: { children(service: Service): VNode }): VNode {
  const { service: name } = useParams<{ service?: string }>();
  const service = known(name);
  return (
    <>
      <div class="view-head">
        <h1>Dead letters and parked messages</h1>
      </div>
      <nav class="tabs" aria-label="Services">
        {services.map((one) => (
          <Link key={one} href={`/dead-letters/${one}`} aria-current={one === service ? "page" : undefined}>
            {one}
          </Link>
        ))}
      </nav>
      {children(service)}
    </>
  );
}
