import type { Message, Queue } from "../contract.ts";
import { sendsTowards } from "../topology/by-exchange.ts";
import { deadLetterChannels } from "../topology/model.ts";
import { messagesInto } from "../topology/routes.ts";
import { type Complaint, complaint, isClosed, type Rule } from "./rule.ts";

export const messagesMatchBindings: Rule = {
  name: "messages-match-bindings",
  summary: "A queue declares, and its operation receives, exactly the messages that flow into it.",
  comparesParts: true,
  *check(contract) {
    for (const { id, queue, place } of contract.receives) {
      const sent = sendsTowards(queue, contract.sends).flatMap(({ route, messages: own }) =>
        messagesInto({ ...route, messages: own }, queue),
      );
      // Messages that another application sends may be bound to it without being in this application's document.
      const expected = isClosed(contract) ? sent : [...sent, ...queue.messages];
      yield* channelComplaints(queue, new Set(expected), "is sent to a key that it is bound to");
      // Another rule reports that several operations receive from one queue.
      const received = contract.receives.flatMap((other) => (other.queue === queue ? other.messages : []));
      for (const message of queue.messages.filter((one) => !received.includes(one))) {
        yield complaint(
          place,
          `"${id}" does not receive "${message.name}", which the queue "${queue.name}" declares`,
          `add "#/channels/${queue.channel}/messages/${message.key}" to the messages of the operation`,
        );
      }
      for (const dead of deadLetterChannels(contract, queue)) {
        yield* channelComplaints(dead, new Set(queue.messages), `may come from "${queue.name}"`);
      }
    }
  },
};

function* channelComplaints(
  { name, channel, messages, place }: Queue,
  expected: ReadonlySet<Message>,
  reason: string,
): Generator<Complaint> {
  for (const message of [...expected].filter((one) => !messages.includes(one))) {
    yield complaint(
      place,
      `the queue "${name}" does not declare "${message.name}", which ${reason}`,
      `add "${message.key}" to the messages of the channel "${channel}", or remove the binding`,
    );
  }
  for (const message of messages.filter((one) => !expected.has(one))) {
    yield complaint(
      place,
      `the queue "${name}" declares "${message.name}", which no binding routes there`,
      `bind the queue to the key that it is sent with, or remove "${message.key}" from the channel "${channel}"`,
    );
  }
}
