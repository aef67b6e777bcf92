/** Signs the person in when the page opens, if that needs no input. */
import type { Settings } from "../../src/shapes.ts";
import { messageOf } from "../api/problem.ts";
import { machineSecret, shareSecret, signInAgain, takeSecretFromAddress } from "./local.ts";
import { comeBack } from "./openid.ts";
import { signOut } from "./session.ts";

export async function resumeSession({ signIn }: Settings): Promise<void> {
  try {
    if (signIn.kind === "local") {
      takeSecretFromAddress();
      await shareSecret();
      if (machineSecret.get() !== undefined) await signInAgain();
    } else if (location.pathname === "/signed-in") {
      await comeBack(signIn);
    }
  } catch (error) {
    signOut(messageOf(error));
  }
}
