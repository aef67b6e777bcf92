/** Whether each consumer of a message has a pact for it. */
import { consumersOf } from "../compatibility/side.ts";
import type { Contract, Message } from "../contract.ts";
import type { Interaction } from "../pacts/interactions.ts";
import { type Html, html } from "./html.ts";

export interface PactStatus {
  readonly consumer: string;
  /** Undefined without a pact. */
  readonly interactions: readonly Interaction[];
}

/** One per service that consumes the message, or gets it in reply to a request. */
export function pactStatus(
  contract: Contract,
  message: Message,
  interactions: readonly Interaction[],
): PactStatus[] {
  return consumersOf(message, contract).map((consumer) => ({
    consumer,
    interactions: interactions.filter(
      (interaction) => interaction.consumer === consumer && interaction.message === message.name,
    ),
  }));
}

export function pactBadge(contract: Contract, message: Message, interactions: readonly Interaction[]): Html {
  const status = pactStatus(contract, message, interactions);
  const held = status.filter((one) => one.interactions.length > 0).length;
  if (held === 0) return html`<p class="badge none">no pact yet</p>`;
  if (held < status.length)
    return html`<p class="badge some">pact with ${held} of ${status.length} consumers</p>`;
  return html`<p class="badge all">${held === 1 ? "pact with its consumer" : `pact with all ${held} consumers`}</p>`;
}
