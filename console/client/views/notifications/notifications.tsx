import type { VNode } from "preact";
import { Link, Route, Switch, useRoute } from "wouter-preact";
import { ViewHead } from "../../parts/view-head.tsx";
import { may } from "../../session/session.ts";
import { Contacts } from "./contacts.tsx";
import { Stream } from "./stream.tsx";

export function Notifications(): VNode {
  const [onContacts] = useRoute("/notifications/contacts");
  return (
    <>
      <ViewHead title="Notifications" />
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
