import type { VNode } from "preact";
import { Link, Route, Switch, useRoute } from "wouter-preact";
import { may } from "../../session/session.ts";
import { Contacts } from "./contacts.tsx";
import { Stream } from "./stream.tsx";

export function Notifications(): VNode {
  const [onContacts] = useRoute("/notifications/contacts");
  return (
    <>
      <div class="view-head">
        <h1>Notifications</h1>
      </div>
      <nav class="tabs" aria-label="Notifications and contacts">
        <Link href="/notifications" aria-current={onContacts ? undefined : "page"}>
          All
        </Link>
        {may("contacts:read") && (
          <Link href="/notifications/contacts" aria-current={onContacts ? "page" : undefined}>
            Contacts
          </Link>
        )}
      </nav>
      <Switch>
        <Route path="/notifications/contacts" component={Contacts} />
        <Route component={Stream} />
      </Switch>
    </>
  );
}
