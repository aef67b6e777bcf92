import type { Contract } from "../contract.ts";
import { type Complaint, complaint, type Rule } from "./rule.ts";

export const operationsUseTheirChannelsMessages: Rule = {
  name: "operations-use-their-channels-messages",
  summary: "An operation names only messages that its channel declares.",
  *check({ sends, receives }) {
    for (const { route, ...operation } of sends) yield* complaints(operation, route);
    for (const { queue, ...operation } of receives) yield* complaints(operation, queue);
  },
};

function* complaints(
  { id, messages, place }: Pick<Contract["sends"][number], "id" | "messages" | "place">,
  { channel, messages: declared }: Pick<Contract["routes"][number], "channel" | "messages">,
): Generator<Complaint> {
  for (const { name, key } of messages.filter((message) => !declared.includes(message))) {
    yield complaint(
      place,
      `"${id}" names the message "${name}", which its channel "${channel}" does not declare`,
      `add "${key}" to the messages of the channel, or remove it from the operation`,
    );
  }
}
