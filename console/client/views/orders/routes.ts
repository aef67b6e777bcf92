/** Which service sends each message, and which ones get it, as the contract says. Runs while the page is built. */
import { watchedQueues, watchedRoutes } from "../../../src/flow/contract.ts";

export interface MessageRoute {
  readonly from: string;
  readonly to: readonly string[];
}

/** By type of message. */
export function routes(): Record<string, MessageRoute> {
  const ownerOf = (queue: string) => watchedQueues.find(({ name }) => name === queue)?.service ?? queue;
  return Object.fromEntries(
    watchedRoutes.map(({ message, from, to }) => [message, { from, to: to.map(ownerOf) }]),
  );
}
