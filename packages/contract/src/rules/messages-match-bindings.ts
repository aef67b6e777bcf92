import type { Contract, Message, Queue, ReceiveOperation } from "../contract.ts";
import { deadLetterChannels } from "../topology/model.ts";
import { reaches } from "../topology/routes.ts";
import { type Complaint, complaint, type Rule } from "./rule.ts";

export const messagesMatchBindings: Rule = {
  name: "messages-match-bindings",
  summary: "A queue declares, and its operation receives, exactly the messages that flow into it.",
  check: (contract) =>
    contract.receives.flatMap((operation) => [
      ...channelComplaints(
        operation.queue,
        sentTo(operation.queue, contract),
        "is sent to a key that it is bound to",
      ),
      ...operationComplaints(operation),
      ...deadLetterChannels(contract, operation.queue).flatMap((dead) =>
        channelComplaints(dead, operation.queue.messages, `may come from "${operation.queue.name}"`),
      ),
    ]),
};

function sentTo(queue: Queue, contract: Contract): Message[] {
  const operations = contract.sends.filter(({ route }) => reaches(route, queue));
  return [...new Set(operations.flatMap((operation) => operation.messages))];
}

function channelComplaints(queue: Queue, expected: readonly Message[], reason: string): Complaint[] {
  const missing = expected.filter((message) => !queue.messages.includes(message));
  const extra = queue.messages.filter((message) => !expected.includes(message));
  return [
    ...missing.map((message) =>
      complaint(
        queue.place,
        `the queue "${queue.name}" does not declare "${message.name}", which ${reason}`,
        `add "${message.key}" to the messages of the channel "${queue.channel}", or remove the binding`,
      ),
    ),
    ...extra.map((message) =>
      complaint(
        queue.place,
        `the queue "${queue.name}" declares "${message.name}", which no binding routes there`,
        `bind the queue to the key that it is sent with, or remove "${message.key}" from the channel "${queue.channel}"`,
      ),
    ),
  ];
}

function operationComplaints({ id, queue, messages, place }: ReceiveOperation): Complaint[] {
  return queue.messages
    .filter((message) => !messages.includes(message))
    .map((message) =>
      complaint(
        place,
        `"${id}" does not receive "${message.name}", which the queue "${queue.name}" declares`,
        `add "#/channels/${queue.channel}/messages/${message.key}" to the messages of the operation`,
      ),
    );
}
