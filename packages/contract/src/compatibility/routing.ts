/** Parameters of addresses, and the replies to requests. */
import { isDeepStrictEqual } from "node:util";
import type { AddressParameter, Contract, Message } from "../contract.ts";
import { listed } from "../listed.ts";
import { breaking, compatible, type Difference, undecided } from "./difference.ts";
import { consumersOf, distinct, identity, producersOf, sameMessage } from "./side.ts";

/** For addresses in both contracts; a changed address is a different route. */
export function parameterDifferences(old: Contract, now: Contract): Difference[] {
  return now.routes.flatMap((route) => {
    if (route.parameters.length === 0) return [];
    const before = old.routes.find(
      ({ exchange, routingKey }) => exchange.name === route.exchange.name && routingKey === route.routingKey,
    );
    return route.parameters.flatMap((parameter) => {
      const was = before?.parameters.find(({ name }) => name === parameter.name);
      return was ? parameterDifference(was, parameter, route.routingKey) : [];
    });
  });
}

function parameterDifference(was: AddressParameter, now: AddressParameter, address: string): Difference[] {
  const about = { subject: `address ${address}`, place: now.place };
  const found: Difference[] = [];
  if (!isDeepStrictEqual(was.path, now.path)) {
    found.push(
      undecided({
        ...about,
        rule: "parameter-moved",
        change: `its parameter ${now.name} is ${origin(now)}, and was ${origin(was)}`,
        why: "whether it has the same value there is unknown, and queues may be bound to single values",
        affects: ["old consumers"],
        deploy: "together",
        safeWay: ["keep the parameter, and add another for the other value"],
      }),
    );
  }
  const added = beyond(now, was);
  if (added) {
    found.push(
      compatible("minor", {
        ...about,
        rule: "parameter-value-added",
        change: `its parameter ${now.name} may be ${added}`,
        why: "old queues that are bound to single values do not get the new ones",
        affects: ["old consumers"],
        deploy: "consumers-first",
        safeWay: ["bind the queues that want the new values before a new producer starts"],
      }),
    );
  }
  const gone = beyond(was, now);
  if (gone) {
    found.push(
      compatible("minor", {
        ...about,
        rule: "parameter-value-removed",
        change: `its parameter ${now.name} is no longer ${gone}`,
        why: "no new producer sends that; old ones do until they are replaced",
      }),
    );
  }
  return found;
}

/** The values of one that the other does not have; undefined if there are none. */
function beyond(one: AddressParameter, other: AddressParameter): string | undefined {
  if (other.values === undefined) return undefined;
  if (one.values === undefined) return "any word";
  return listed(one.values.filter((value) => !other.values?.includes(value))) || undefined;
}

function origin({ path }: AddressParameter): string {
  return path ? `the payload's /${path.join("/")}` : "given by the publisher";
}

/** For messages in both contracts. */
export function replyDifferences(old: Contract, now: Contract): Difference[] {
  const [wereAnswered, areAnswered] = [repliesOf(old), repliesOf(now)];
  if (wereAnswered.size + areAnswered.size === 0) return [];
  return now.messages.flatMap((message) => {
    const before = sameMessage(message, old);
    if (!before) return [];
    const [was, is] = [wereAnswered.get(before), areAnswered.get(message)];
    if (was === is) return [];
    return [
      breaking({
        rule: is === undefined ? "reply-removed" : was === undefined ? "reply-added" : "reply-changed",
        subject: `message ${message.name}`,
        change:
          is === undefined
            ? `it is no longer answered with ${was}`
            : `it is answered with ${is}${was === undefined ? "" : `, and was with ${was}`}`,
        why:
          was === undefined
            ? "old producers do not say where to answer, so new consumers dead-letter what they send; old consumers answer nothing"
            : "old requesters wait for the old reply until their time is over, or refuse the new one",
        affects: was === undefined ? ["new consumers"] : ["old producers"],
        deploy: "together",
        services: distinct([...producersOf(before, old), ...consumersOf(before, old)]),
        safeWay: [
          `keep ${message.name} as it is, and add a request of another name beside it`,
          "once nothing sends the old one, remove it in the next major version",
        ],
        place: message.place,
      }),
    ];
  });
}

/** The reply to each request. */
function repliesOf({ sends, receives }: Contract): ReadonlyMap<Message, string> {
  return new Map(
    [...sends, ...receives].flatMap(({ messages, reply }) =>
      reply ? messages.map((message) => [message, identity(reply)] as const) : [],
    ),
  );
}
