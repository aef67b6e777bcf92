/** Dead letters as the services answer them. */
import { bodyOf, deadLettersOf, type Service } from "../../api/rest.ts";
import { allReasons } from "./reasons.ts" with { type: "macro" };

type Query = NonNullable<NonNullable<Parameters<ReturnType<typeof deadLettersOf>["get"]>[0]>["query"]>;

export type Page = Awaited<ReturnType<typeof readLetters>>;
export type Letter = Page["items"][number];
export type OpenedLetter = Awaited<ReturnType<typeof readLetter>>;
type Reason = Letter["reason"];

export function readLetters(service: Service, query: Query) {
  return bodyOf(deadLettersOf(service).get({ query }));
}

export function readLetter(service: Service, queue: string, messageId: string) {
  return bodyOf(deadLettersOf(service)({ queue })({ messageId }).get());
}

export const reasons: readonly Reason[] = allReasons();

export const letterPath = (service: Service, { queue, id }: Pick<Letter, "queue" | "id">) =>
  `/dead-letters/${service}/${queue}/${id}`;
