import { complaint, type Rule } from "./rule.ts";

/** Arguments that duplicate another setting or cause lost messages, and what to do instead. */
const refused: Readonly<Record<string, string>> = {
  "x-queue-type": "set x-rabbitmq.queue.type to quorum or classic; streams are not supported",
  "x-delivery-limit": "set x-rabbitmq.queue.deliveryLimit",
  "x-dead-letter-exchange": "set x-rabbitmq.deadLetter.exchange",
  "x-dead-letter-routing-key": "set x-rabbitmq.deadLetter.routingKey",
  "x-dead-letter-strategy": "leave it out: dead letters are moved at least once",
  "x-expires": "leave it out: the queue would be deleted with its messages while its consumer is away",
  "x-max-priority": "leave it out: quorum queues have no such setting",
  "x-queue-mode": "leave it out: quorum queues have no such setting",
};

export const argumentsLoseNoMessage: Rule = {
  name: "arguments-lose-no-message",
  summary: "Arguments of a queue neither repeat another setting nor let the broker drop messages.",
  *check({ queues, source }) {
    for (const { name, arguments: args, place } of queues) {
      const about = (argument: string, message: string, fix: string) =>
        complaint(
          source.place(`${place.pointer}/x-rabbitmq/arguments/${argument}`),
          `the queue "${name}" has ${argument}: ${JSON.stringify(args[argument])}${message}`,
          fix,
        );
      for (const argument of Object.keys(args)) {
        const fix = refused[argument];
        if (fix !== undefined) yield about(argument, ", which is set elsewhere or not supported", fix);
      }
      const overflow = args["x-overflow"];
      if (overflow !== undefined && overflow !== "reject-publish") {
        yield about(
          "x-overflow",
          ", and the broker would drop messages that it has confirmed",
          "set reject-publish, or leave it out: producers then wait until there is room",
        );
      }
    }
  },
};
