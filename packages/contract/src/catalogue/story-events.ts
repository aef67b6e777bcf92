/** The steps of a story, with senders, exchanges, queues and consumers from the contract. */
import type { Contract, Message } from "../contract.ts";
import type { Step, Story } from "./stories.ts";

/** Participants besides the services. */
export const client = "client";

export interface Sending {
  readonly kind: "message";
  readonly message: Message;
  readonly from: string;
  readonly exchange: string;
  readonly note: string | undefined;
  readonly to: readonly { readonly service: string; readonly queue: string }[];
}

export type Event =
  | Sending
  | { readonly kind: "call"; readonly call: string; readonly to: string; readonly answer: string | undefined }
  | { readonly kind: "work"; readonly service: string; readonly does: string }
  | { readonly kind: "state"; readonly state: string; readonly tone: string | undefined };

/** @throws if a story names a message or a service that the contract does not have */
export function eventsOf(contract: Contract, story: Story): Event[] {
  const known = (service: string) => {
    if (contract.services.some(({ name }) => name === service)) return service;
    throw misfit(story, `names the service "${service}"`, contract);
  };
  return story.steps.map((step: Step): Event => {
    if ("message" in step) return sendingOf(contract, story, step.message, step.note);
    if ("call" in step) return { kind: "call", call: step.call, to: known(step.to), answer: step.answer };
    if ("service" in step) return { kind: "work", service: known(step.service), does: step.does };
    return { kind: "state", state: step.state, tone: step.tone };
  });
}

function sendingOf(contract: Contract, story: Story, name: string, note: string | undefined): Sending {
  const sent = contract.sends.flatMap((send) => send.messages.map((message) => ({ send, message })));
  const found = sent.find(({ message }) => message.name === name);
  if (!found) throw misfit(story, `sends "${name}"`, contract);
  const { send, message } = found;
  const receives = contract.receives.filter(({ messages }) => messages.includes(message));
  return {
    kind: "message",
    message,
    from: send.service,
    exchange: send.route.exchange.name,
    note,
    to: receives.map(({ service, queue }) => ({ service, queue: queue.name })),
  };
}

function misfit(story: Story, what: string, contract: Contract): Error {
  return new Error(
    `the story "${story.id}" ${what}, which ${contract.source.file} does not have: change the story`,
  );
}
