import type { Contract, Message, SendOperation } from "../contract.ts";
import { Node } from "../model/node.ts";
import { reaches } from "../topology/routes.ts";
import { type Complaint, complaint, quoted, type Rule } from "./rule.ts";

export const requestsAreAnswered: Rule = {
  name: "requests-are-answered",
  summary: "A request and the operation that receives it name the same reply, and one queue takes it.",
  comparesParts: true,
  *check(contract) {
    for (const [id, operation] of new Node(contract.source, "/operations").entries())
      yield* replyComplaints(id, operation);
    for (const send of contract.sends) yield* requestComplaints(send, contract);
  },
};

/** One message, answered to the address that the request names. */
function* replyComplaints(id: string, operation: Node): Generator<Complaint> {
  const reply = operation.at("reply");
  if (!reply.exists) return;
  const at = operation.source.place(`${operation.pointer}/reply`);
  const named = reply.at("messages");
  const count = (named.exists ? named.items() : reply.at("channel", "messages").entries()).length;
  if (count !== 1) {
    yield complaint(
      at,
      `the reply of "${id}" has ${count} messages`,
      "name the one message of the reply, under a channel without an address; several answers are a oneOf in its payload",
    );
  }
  const location = reply.at("address").text("location");
  if (location !== undefined && !/^\$message\.header#\/reply[-_]?to$/i.test(location)) {
    yield complaint(
      at,
      `"${id}" is answered at "${location}"`,
      'use "$message.header#/replyTo": replies go to the AMQP property reply_to',
    );
  }
}

function* requestComplaints(send: SendOperation, { receives }: Contract): Generator<Complaint> {
  for (const message of send.messages) {
    const taking = receives.filter(
      ({ queue, messages }) =>
        messages.includes(message) && reaches({ ...send.route, messages: [message] }, queue),
    );
    const wrong = taking.find((receive) => !sameReply(receive.reply, send.reply));
    if (wrong) {
      yield complaint(
        wrong.place,
        `"${send.id}" ${expects(send.reply)} "${message.name}", and "${wrong.id}" ${answers(wrong.reply)}`,
        "give both operations the same reply",
      );
    }
    if (send.reply && taking.length > 1) {
      yield complaint(
        send.place,
        `"${send.id}" sends the request "${message.name}" to ${quoted(taking.map(({ queue }) => queue.name))}`,
        "let one queue take it: the requester gets one reply",
      );
    }
  }
}

function sameReply(one: Message | undefined, other: Message | undefined): boolean {
  return one?.key === other?.key;
}

function expects(reply: Message | undefined): string {
  return reply ? `expects "${reply.name}" in reply to` : "expects no reply to";
}

function answers(reply: Message | undefined): string {
  return reply ? `answers with "${reply.name}"` : "answers nothing";
}
