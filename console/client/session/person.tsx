/** Shows who is signed in, and offers other roles on this machine. */
import { useSignal } from "@preact/signals";
import type { VNode } from "preact";
import type { Settings } from "../../src/shapes.ts";
import { messageOf } from "../api/problem.ts";
import { queries } from "../api/queries.ts";
import { Button } from "../parts/button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Field } from "../parts/field.tsx";
import { toast } from "../parts/toasts.tsx";
import { machineSecret, type Person as Someone, signInLocally } from "./local.ts";
import { roleNames, session, signOut } from "./session.ts";

export function Person({ settings: { signIn } }: { readonly settings: Settings }): VNode {
  const open = useSignal(false);
  const { subject = "", roles = [] } = session.value ?? {};
  const role = roles.join(", ") || "no role";
  return (
    <>
      <Button onClick={() => (open.value = true)} title="Who is signed in">
        <span class="person">{subject === role ? role : `${subject} · ${role}`}</span>
      </Button>
      {open.value && (
        <Dialog title={`Signed in as ${subject}`} onClose={() => (open.value = false)}>
          {signIn.kind === "local" && <Become done={() => (open.value = false)} />}
          <Button
            onClick={() => {
              machineSecret.set(undefined);
              queries.clear();
              signOut("You signed out.");
            }}
          >
            Sign out
          </Button>
        </Dialog>
      )}
    </>
  );
}

function Become({ done }: { done(): void }): VNode {
  const [role = "operator"] = session.value?.roles ?? [];
  const chosen = useSignal<Someone>({ role, subject: session.value?.subject ?? "" });
  const become = async (event: Event) => {
    event.preventDefault();
    const { role, subject } = chosen.value;
    try {
      await signInLocally({ role, subject: subject.trim() || role });
      done();
    } catch (error) {
      toast({ kind: "failure", text: messageOf(error) });
    }
  };
  return (
    <form class="fields" onSubmit={become}>
      <p>On this machine, you can sign in with any role.</p>
      <Field label="Role">
        <select
          value={chosen.value.role}
          onChange={({ currentTarget }) => {
            chosen.value = { role: currentTarget.value, subject: currentTarget.value };
          }}
        >
          {roleNames.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Field label={chosen.value.role === "customer" ? "Customer id" : "Name"}>
        <input
          value={chosen.value.subject}
          onInput={({ currentTarget }) => {
            chosen.value = { ...chosen.value, subject: currentTarget.value };
          }}
        />
      </Field>
      <Button kind="primary" type="submit">
        Continue as {chosen.value.role}
      </Button>
    </form>
  );
}
