/** Why a message can be dead. Runs while the page is built. */
import { type DeadLetterKind, deadLetterKinds } from "@rabbit-contract/messaging";

export function allReasons(): DeadLetterKind[] {
  return [...deadLetterKinds];
}
