/** How customers want to be reached. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { Dialog } from "../../parts/dialog.tsx";
import { Field } from "../../parts/field.tsx";
import { List, usePages } from "../../parts/pages.tsx";
import { Failed } from "../../parts/states.tsx";
import { useAction } from "../../parts/use-action.ts";
import { may, session } from "../../session/session.ts";

function readContacts(query: { limit: number; after?: string }) {
  return bodyOf(rest.notification.contacts.get({ query }));
}
type Contact = Awaited<ReturnType<typeof readContacts>>["items"][number];

export function Contacts(): VNode {
  const changing = useSignal<Contact | undefined>(undefined);
  const list = usePages<Contact, Awaited<ReturnType<typeof readContacts>>>({
    key: ["contacts"],
    keyOf: (contact) => contact.customerId,
    read: readContacts,
    every: 3_000,
  });
  const limited = !may("stock:read");
  const customerId = limited ? (session.value?.subject ?? "") : "";
  return (
    <>
      {may("contacts:change") && (
        <div class="view-head">
          <div class="actions">
            <Button
              kind="primary"
              onClick={() =>
                (changing.value = list.rows[limited ? 0 : -1] ?? { customerId, channels: ["email"] })
              }
            >
              {limited ? "Change my contact details" : "Add a contact"}
            </Button>
          </div>
        </div>
      )}
      <List
        what="contacts"
        list={list}
        none="No customer has contact details yet."
        columns={[
          { title: "Customer", cell: (contact) => contact.customerId },
          { title: "Name", cell: ({ name }) => name ?? "—", wide: true },
          { title: "E-mail", cell: ({ email }) => <span title={email}>{email ?? "—"}</span> },
          {
            title: "Channels",
            cell: ({ channels }) =>
              channels.length === 0 ? (
                <Badge tone="plain">none</Badge>
              ) : (
                channels.map((channel) => <Badge tone="good">{channel}</Badge>)
              ),
            wide: true,
          },
          {
            title: "Change",
            cell: (contact) =>
              may("contacts:change") && (
                <Button
                  kind="quiet"
                  aria-label={`Change the contact of ${contact.customerId}`}
                  onClick={() => (changing.value = contact)}
                >
                  Change
                </Button>
              ),
            align: "end",
          },
        ]}
      />
      {changing.value && (
        <ChangeContact
          contact={changing.value}
          fixed={changing.value.customerId !== ""}
          onClose={() => (changing.value = undefined)}
        />
      )}
    </>
  );
}

interface ChangeProps {
  readonly contact: Contact;
  /** It is this customer's. */
  readonly fixed: boolean;
  onClose(): void;
}

function ChangeContact({ contact, fixed, onClose }: ChangeProps): VNode {
  const customerId = useSignal(contact.customerId);
  const email = useSignal(contact.email ?? "");
  const name = useSignal(contact.name ?? "");
  const byMail = useSignal(contact.channels.includes("email"));
  const { run, busy, error, errorAt } = useAction({
    async act() {
      await bodyOf(
        rest.notification.customers({ customerId: encodeURIComponent(customerId.value.trim()) }).contact.put({
          ...(email.value.trim() !== "" && { email: email.value.trim() }),
          ...(name.value.trim() !== "" && { name: name.value.trim() }),
          channels: byMail.value ? ["email"] : [],
        }),
      );
      return "The contact is saved.";
    },
    changes: "contacts",
    onDone: onClose,
  });
  return (
    <Dialog title="Contact details" onClose={onClose}>
      <form class="fields" onSubmit={run}>
        <Field label="Customer">
          <input
            required
            readOnly={fixed}
            value={customerId.value}
            onInput={(e) => (customerId.value = e.currentTarget.value)}
          />
        </Field>
        <Field label="Name" error={errorAt("/name")}>
          <input value={name.value} onInput={(e) => (name.value = e.currentTarget.value)} />
        </Field>
        <Field label="E-mail" error={errorAt("/email")}>
          <input type="email" value={email.value} onInput={(e) => (email.value = e.currentTarget.value)} />
        </Field>
        <label class="check">
          <input
            type="checkbox"
            checked={byMail.value}
            onChange={(e) => (byMail.value = e.currentTarget.checked)}
          />
          Send notifications by e-mail
        </label>
        {error && <Failed error={error} />}
        <Button kind="primary" type="submit" busy={busy}>
          Save
        </Button>
      </form>
    </Dialog>
  );
}
