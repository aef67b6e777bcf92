/** Compares what every AsyncAPI document has, whatever its protocol: messages, channels and operations. */
import type { Contract, Message } from "../contract.ts";
import { Node } from "../model/node.ts";
import { breaking, compatible, type Difference, undecided } from "./difference.ts";
import { mostSimilar, renamedTo } from "./similarity.ts";

/** A message in both documents: by its key, or by a name that only it has. */
export type Pair = readonly [before: Message, message: Message];

export function messagePairs(old: Contract, now: Contract): Pair[] {
  const byKey = now.messages.flatMap((message): Pair[] => {
    const before = old.messages.find(({ key }) => key === message.key);
    return before ? [[before, message]] : [];
  });
  const paired = new Set(byKey.flat());
  const named = (messages: readonly Message[], name: string) => {
    const [only, ...others] = messages.filter((message) => message.name === name && !paired.has(message));
    return others.length === 0 ? only : undefined;
  };
  const byName = now.messages.flatMap((message): Pair[] => {
    const before = named(old.messages, message.name);
    return before && named(now.messages, message.name) === message ? [[before, message]] : [];
  });
  return [...byKey, ...byName];
}

export function documentDifferences(old: Contract, now: Contract, pairs: readonly Pair[]): Difference[] {
  return [
    ...messageDifferences(old, now, pairs),
    ...channelDifferences(old, now, pairs),
    ...operationDifferences(old, now, pairs),
  ];
}

function messageDifferences(old: Contract, now: Contract, pairs: readonly Pair[]): Difference[] {
  const kept = new Set(pairs.flat());
  const added = now.messages.filter((message) => !kept.has(message));
  return [
    ...old.messages
      .filter((message) => !kept.has(message))
      .map((message) => {
        const successor = mostSimilar(message.name, added);
        return breaking({
          rule: successor ? "message-renamed" : "message-removed",
          subject: `message ${message.name}`,
          change: `it is gone${renamedTo(successor)}`,
          why: "consumers that run the old document never receive it again, and new ones do not know those on their way",
          affects: ["old consumers", "new consumers"],
          deploy: successor ? "together" : "producers-first",
          field: { message: message.name, schemaVersion: message.schemaVersion, part: "payload", path: "" },
          safeWay: [
            "keep it, and add what replaces it beside it",
            "remove it in the next major version, once none is on its way",
          ],
          place: message.place,
        });
      }),
    ...added.map((message) =>
      compatible("minor", {
        rule: "message-added",
        subject: `message ${message.name}`,
        change: "it is new",
        why: "what its channel means for consumers of the old document is a difference of its own",
        place: message.place,
      }),
    ),
  ];
}

interface Channel {
  readonly name: string;
  readonly node: Node;
  readonly address: string;
  readonly messages: readonly Message[];
}

function channelsOf(contract: Contract): Channel[] {
  return new Node(contract.source, "")
    .at("channels")
    .entries()
    .map(([name, node]) => ({
      name,
      node,
      address: node.text("address") ?? name,
      messages:
        [...contract.routes, ...contract.queues].find(({ channel }) => channel === name)?.messages ?? [],
    }));
}

function channelDifferences(old: Contract, now: Contract, pairs: readonly Pair[]): Difference[] {
  const [was, is] = [channelsOf(old), channelsOf(now)];
  const same = (channel: Channel, others: readonly Channel[]) =>
    others.find(({ name }) => name === channel.name) ??
    others.find(({ address }) => address === channel.address);
  const added = is.filter((channel) => !same(channel, was));
  return [
    ...was.flatMap((channel): Difference[] => {
      const other = same(channel, is);
      if (other) return keptChannel(channel, other, pairs);
      const successor = mostSimilar(channel.name, added);
      return [
        breaking({
          rule: successor ? "channel-renamed" : "channel-removed",
          subject: `channel ${channel.name}`,
          change: `it is gone${renamedTo(successor)}`,
          why: `those who run the old document still send to ${channel.address} or receive from it`,
          affects: ["old producers", "old consumers"],
          deploy: "together",
          safeWay: [
            "keep it beside what replaces it",
            "remove it in the next major version, once none sends or receives there",
          ],
          place: channel.node.place,
        }),
      ];
    }),
    ...added.map(({ name, node }) =>
      compatible("minor", {
        rule: "channel-added",
        subject: `channel ${name}`,
        change: "it is new",
        why: "those who run the old document do not know it",
        place: node.place,
      }),
    ),
  ];
}

function keptChannel(old: Channel, now: Channel, pairs: readonly Pair[]): Difference[] {
  const about = { subject: `channel ${now.name}`, place: now.node.place };
  const found: Difference[] = [];
  if (old.name !== now.name) {
    found.push(
      compatible("patch", {
        ...about,
        rule: "channel-key-renamed",
        change: `its key "${old.name}" is now "${now.name}"`,
        why: "its address is the same",
      }),
    );
  }
  if (old.address !== now.address) {
    found.push(
      breaking({
        ...about,
        rule: "channel-address-changed",
        change: `its address was ${old.address}, and is ${now.address}`,
        why: "old and new ones send and receive in different places",
        affects: ["old producers", "old consumers"],
        deploy: "together",
        safeWay: [
          "add a channel with the new address beside the old one, and use both until none needs the old one",
        ],
      }),
    );
  }
  const was = (message: Message) => old.messages.some((before) => isPair(before, message, pairs));
  const is = (before: Message) => now.messages.some((message) => isPair(before, message, pairs));
  for (const { name } of now.messages.filter((message) => !was(message))) {
    found.push(
      undecided({
        ...about,
        rule: "message-added-to-channel",
        change: `${name} is sent there too`,
        why: "consumers that run the old document receive it, and may not know it",
        affects: ["old consumers"],
        deploy: "consumers-first",
        safeWay: ["give it a channel of its own, unless every consumer ignores what it does not know"],
      }),
    );
  }
  for (const { name } of old.messages.filter((message) => !is(message))) {
    found.push(
      breaking({
        ...about,
        rule: "message-removed-from-channel",
        change: `${name} is no longer sent there`,
        why: "consumers that run the old document wait for it there, and new ones do not know those on their way",
        affects: ["old consumers", "new consumers"],
        deploy: "producers-first",
        safeWay: ["keep it until the next major version, once no consumer needs it there"],
      }),
    );
  }
  return found;
}

function isPair(before: Message, message: Message, pairs: readonly Pair[]): boolean {
  return pairs.some(([one, other]) => one === before && other === message);
}

function operationDifferences(old: Contract, now: Contract, pairs: readonly Pair[]): Difference[] {
  const operationsOf = ({ source }: Contract) => new Node(source, "").at("operations").entries();
  const [was, is] = [operationsOf(old), operationsOf(now)];
  const removed = was.filter(([id]) => !is.some(([other]) => other === id));
  return [
    ...is.flatMap(([id, node]): Difference[] => {
      const about = { subject: `operation ${id}`, place: node.place };
      const [, before] = was.find(([other]) => other === id) ?? [];
      if (!before) {
        const why = "those who run the old document do not know it";
        return [compatible("minor", { ...about, rule: "operation-added", change: "it is new", why })];
      }
      const changes = operationChanges(id, before, node, old, now, pairs);
      return changes.length === 0 ? [] : [changedOperation({ ...about, change: changes.join(", ") })];
    }),
    ...removed.map(([id, node]) =>
      changedOperation({ subject: `operation ${id}`, place: node.place, change: "it is gone" }),
    ),
  ];
}

function changedOperation(about: Pick<Difference, "subject" | "place" | "change">): Difference {
  return breaking({
    ...about,
    rule: "operation-changed",
    why: "the other side of the old document relies on it",
    affects: ["old producers", "old consumers"],
    deploy: "together",
    safeWay: [
      "keep it, and add another operation beside it",
      "remove it in the next major version, once none relies on it",
    ],
  });
}

function operationChanges(
  id: string,
  before: Node,
  node: Node,
  old: Contract,
  now: Contract,
  pairs: readonly Pair[],
): string[] {
  const channelIn = (operation: Node, contract: Contract) =>
    channelsOf(contract).find((channel) => channel.node.pointer === operation.at("channel").pointer);
  const [from, to] = [channelIn(before, old), channelIn(node, now)];
  const isMoved = from?.name !== to?.name && from?.address !== to?.address;
  const [action, other] = [before.text("action"), node.text("action")];
  const messages = now.stated.get(id) ?? [];
  const gone = (old.stated.get(id) ?? []).filter(
    (message) => messages.length > 0 && !messages.some((one) => isPair(message, one, pairs)),
  );
  return [
    ...(action === other ? [] : [`its action was ${action}, and is ${other}`]),
    ...(isMoved ? [`its channel was ${from?.name}, and is ${to?.name}`] : []),
    ...gone.map(({ name }) => `it is no longer about ${name}`),
  ];
}
