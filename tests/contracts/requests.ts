/** Requests and replies without a broker, made by the code that makes them in production, for Pact's verifier. */
import type { OutboxMessage, Requester } from "@rabbit-contract/messaging";
import { encodeAnswer, encodeRequest } from "@rabbit-contract/messaging/testing";
import type { ConsumedMessage } from "./consumed-queues.ts";
import { messageOf, metadataOf, type Publication } from "./metadata.ts";

/** The request that `ask` makes, as it would be published. */
export async function requestOf(ask: (requester: Requester) => Promise<unknown>): Promise<Publication> {
  let made: OutboxMessage | undefined;
  const unanswered = new Error("there is no reply");
  const asked = ask({
    async request(message) {
      made = message;
      throw unanswered;
    },
  });
  await asked.catch((error: unknown) => {
    if (error !== unanswered) throw error;
  });
  if (!made) throw new Error("no request was made");
  return encodeRequest(made, 5_000);
}

/**
 * The answer that a handler of `service` gives to `request`, as it would be published.
 * @throws Error if it gives none, and whatever the handler throws
 */
export async function answerTo(
  request: Publication,
  { handle }: ConsumedMessage,
  service: string,
): Promise<Publication> {
  const delivered = messageOf(metadataOf(request), JSON.parse(request.content.toString()));
  const { outcome, thrown } = await handle(delivered);
  if (thrown) throw thrown;
  if ("answer" in outcome) return encodeAnswer(delivered, outcome.answer, service);
  throw new Error(`${service} does not answer ${request.properties.type}: ${JSON.stringify(outcome)}`);
}
