/**
 * Queues and sends by exchange. What a route reaches is bound to its exchange: going through all queues for each route
 * took quadratic time.
 */
import type { Queue, Route, SendOperation } from "../contract.ts";
import { reaches } from "./routes.ts";

type Groups<Item> = ReadonlyMap<string, readonly Item[]>;

const boundQueues = new WeakMap<readonly Queue[], Groups<Queue>>();
const sendsOfExchanges = new WeakMap<readonly SendOperation[], Groups<SendOperation>>();

/** The queues with a binding to an exchange. */
export function queuesAt(exchange: string, queues: readonly Queue[]): readonly Queue[] {
  const groups =
    boundQueues.get(queues) ?? grouped(queues, ({ bindings }) => bindings.map((binding) => binding.exchange));
  boundQueues.set(queues, groups);
  return groups.get(exchange) ?? [];
}

/** The operations whose messages get to an exchange, be it as the alternate of another. */
export function sendsTo(exchange: string, sends: readonly SendOperation[]): readonly SendOperation[] {
  const groups =
    sendsOfExchanges.get(sends) ??
    grouped(sends, ({ route: { exchange } }) => [exchange.name, exchange.alternate?.name ?? exchange.name]);
  sendsOfExchanges.set(sends, groups);
  return groups.get(exchange) ?? [];
}

/** The queues that messages on a route may reach. */
export function queuesReached(route: Route, queues: readonly Queue[]): Queue[] {
  const { name, alternate } = route.exchange;
  const bound = new Set([...queuesAt(name, queues), ...(alternate ? queuesAt(alternate.name, queues) : [])]);
  return [...bound].filter((queue) => reaches(route, queue));
}

/** The operations that send to an exchange that the queue is bound to. */
export function sendsTowards({ bindings }: Queue, sends: readonly SendOperation[]): SendOperation[] {
  const exchanges = new Set(bindings.map(({ exchange }) => exchange));
  return [...new Set([...exchanges].flatMap((exchange) => sendsTo(exchange, sends)))];
}

function grouped<Item>(items: readonly Item[], exchangesOf: (item: Item) => readonly string[]): Groups<Item> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const exchange of new Set(exchangesOf(item))) {
      const group = groups.get(exchange);
      if (group) group.push(item);
      else groups.set(exchange, [item]);
    }
  }
  return groups;
}
