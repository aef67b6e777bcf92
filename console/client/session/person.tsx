/** Shows who is signed in, and offers other roles on this machine. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Settings } from "../../src/shapes.ts";
import { queries } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Dialog, FormDialog, textIn } from "../parts/dialog.tsx";
import { Field, Input } from "../parts/field.tsx";
import { machineSecret, signInLocally } from "./local.ts";
import { roleNames, session, signOut } from "./session.ts";

export function Person({ settings: { signIn } }: { readonly settings: Settings }): VNode {
  const open = useSignal(false);
  const close = () => (open.value = false);
  const { subject = "", roles = [] } = session.value ?? {};
  const role = roles.join(", ") || "no role";
  return (
    <>
      <Button onClick={() => (open.value = true)} title="Who is signed in">
        <span class="person">{subject === role ? role : `${subject} · ${role}`}</span>
      </Button>
      {open.value && signIn.kind === "local" && <Become onClose={close} />}
      {open.value && signIn.kind === "openid" && (
        <Dialog title={`Signed in as ${subject}`} onClose={close}>
          <SignOut />
        </Dialog>
      )}
    </>
  );
}

function SignOut(): VNode {
  return (
    <Button
      onClick={() => {
        machineSecret.set(undefined);
        queries.clear();
        signOut("You signed out.");
      }}
    >
      Sign out
    </Button>
  );
}

function Become({ onClose }: { onClose(): void }): VNode {
  const { subject = "", roles: [current = "operator"] = [] } = session.value ?? {};
  const role = useSignal(current);
  const act = async (form: FormData) => {
    const name = textIn(form, "subject") || role.value;
    await signInLocally({ role: role.value, subject: name });
    return `Signed in as ${name}.`;
  };
  const action = `Continue as ${role.value}`;
  return (
    <FormDialog title={`Signed in as ${subject}`} action={action} act={act} onClose={onClose}>
      <p>On this machine, you can sign in with any role.</p>
      <Field label="Role">
        <select value={role.value} onChange={({ currentTarget }) => (role.value = currentTarget.value)}>
          {roleNames.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </Field>
      <Input
        key={role.value}
        label={role.value === "customer" ? "Customer id" : "Name"}
        name="subject"
        defaultValue={role.value === current ? subject : role.value}
      />
      <SignOut />
    </FormDialog>
  );
}
