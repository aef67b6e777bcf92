/** The view for a person who is not signed in. */
import { useMutation } from "@tanstack/preact-query";
import type { VNode } from "preact";
import type { Settings } from "../../src/shapes.ts";
import { messageOf } from "../api/problem.ts";
import { Brand } from "../layout/brand.tsx";
import { Button } from "../parts/button.tsx";
import { machineSecret, signInAgain } from "./local.ts";
import { goToIssuer, type OpenId } from "./openid.ts";
import { signedOutBecause } from "./session.ts";

export function SignIn({ settings: { signIn } }: { readonly settings: Settings }): VNode {
  return (
    <main class="sign-in">
      <Brand />
      <h1>Sign in</h1>
      {signedOutBecause.value !== undefined && (
        <p class="notice" role="alert">
          {signedOutBecause.value}
        </p>
      )}
      {signIn.kind === "local" ? <Locally /> : <WithOpenId openId={signIn} />}
    </main>
  );
}

function Locally(): VNode {
  if (machineSecret.get() !== undefined) return <Attempt label="Sign in again" action={signInAgain} />;
  return (
    <p>
      Open the link that <code>make up</code> printed; <code>make console</code> prints it again. It signs you
      in as an operator of the system on this machine.
    </p>
  );
}

function WithOpenId({ openId }: { readonly openId: OpenId }): VNode {
  return (
    <>
      <p>
        Your organization’s sign-in at <b>{new URL(openId.issuer).host}</b> confirms who you are.
      </p>
      <Attempt label="Continue" action={() => goToIssuer(openId)} />
    </>
  );
}

function Attempt({ label, action }: { readonly label: string; action(): Promise<void> }): VNode {
  const { mutate, isPending } = useMutation({
    mutationFn: action,
    onError: (error) => (signedOutBecause.value = messageOf(error)),
  });
  return (
    <Button kind="primary" busy={isPending} onClick={() => mutate()}>
      {label}
    </Button>
  );
}
