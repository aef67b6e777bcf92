/** How customers want to be reached. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Badge } from "../../parts/badge.tsx";
import { Button } from "../../parts/button.tsx";
import { FormDialog, textIn } from "../../parts/dialog.tsx";
import { Input } from "../../parts/field.tsx";
import { List, usePages } from "../../parts/pages.tsx";
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
        <ChangeContact contact={changing.value} onClose={() => (changing.value = undefined)} />
      )}
    </>
  );
}

interface ChangeProps {
  /** Of a new one, the customer is "". */
  readonly contact: Contact;
  onClose(): void;
}

function ChangeContact({ contact, onClose }: ChangeProps): VNode {
  const act = async (form: FormData) => {
    const [email, name] = [textIn(form, "/email"), textIn(form, "/name")];
    const customerId = encodeURIComponent(textIn(form, "customerId"));
    await bodyOf(
      rest.notification.customers({ customerId }).contact.put({
        ...(email !== "" && { email }),
        ...(name !== "" && { name }),
        channels: form.has("byMail") ? ["email"] : [],
      }),
    );
    return "The contact is saved.";
  };
  const { customerId, name, email, channels } = contact;
  return (
    <FormDialog title="Contact details" action="Save" act={act} changes="contacts" onClose={onClose}>
      <Input
        label="Customer"
        name="customerId"
        required
        readOnly={customerId !== ""}
        defaultValue={customerId}
      />
      <Input label="Name" name="/name" defaultValue={name} />
      <Input label="E-mail" name="/email" type="email" defaultValue={email} />
      <label class="check">
        <input name="byMail" type="checkbox" defaultChecked={channels.includes("email")} />
        Send notifications by e-mail
      </label>
    </FormDialog>
  );
}
