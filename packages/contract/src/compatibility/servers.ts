/** The servers of a document: where its channels are, and their protocols. */
import { isDeepStrictEqual } from "node:util";
import type { Contract } from "../contract.ts";
import { listed } from "../listed.ts";
import { Node } from "../model/node.ts";
import type { JsonObject } from "../source.ts";
import { breaking, compatible, type Difference } from "./difference.ts";

/** Parts of a server that are only documentation. */
const texts = ["title", "summary", "description", "tags", "externalDocs"];

export function serverDifferences(old: Contract, now: Contract): Difference[] {
  const [was, is] = [serversOf(old), serversOf(now)];
  const gone = [...new Set(was.map(protocolOf))].filter((protocol) => !is.map(protocolOf).includes(protocol));
  const changed = is.flatMap((server) => {
    const before = was.find(({ name }) => name === server.name);
    const change = changeOf(before, server);
    return change === undefined ? [] : [{ server, change }];
  });
  const removed = was.filter(({ name }) => !is.some((server) => server.name === name));
  return [
    ...(gone.length === 0
      ? []
      : [
          breaking({
            rule: "protocol-removed",
            subject: "servers",
            change: `no server speaks ${listed(gone, "or")} any longer${is.length === 0 ? "" : `, but ${listed([...new Set(is.map(protocolOf))])}`}`,
            why: "those who run the old contract cannot connect any more",
            affects: ["old producers", "old consumers", "operators"],
            deploy: "together",
            safeWay: [
              "add a server with the new protocol beside the old one",
              "remove the old one in the next major version, once every service connects to the new one",
            ],
            place: now.source.place("/servers"),
          }),
        ]),
    ...[...changed, ...removed.map((server) => ({ server, change: "it is gone" }))].map(
      ({ server, change }) =>
        compatible("minor", {
          rule: "server-changed",
          subject: `server ${server.name}`,
          change,
          why: "a service connects to the address in its own configuration",
          affects: ["operators"],
          safeWay: ["keep the old address reachable until every service is configured with the new one"],
          place: server.place,
        }),
    ),
  ];
}

interface Server {
  readonly name: string;
  readonly value: JsonObject;
  readonly place: Difference["place"];
}

function serversOf({ source }: Contract): Server[] {
  return new Node(source, "/servers")
    .entries()
    .map(([name, { object: value, place }]) => ({ name, value, place }));
}

function protocolOf({ value }: Server): string {
  return typeof value.protocol === "string" ? value.protocol.toLowerCase() : "no protocol";
}

function changeOf(before: Server | undefined, { value }: Server): string | undefined {
  if (!before) return "it is new";
  const keys = [...new Set([...Object.keys(before.value), ...Object.keys(value)])].filter(
    (key) => !texts.includes(key) && !isDeepStrictEqual(before.value[key], value[key]),
  );
  if (keys.length === 0) return undefined;
  const shown = (server: JsonObject, key: string) =>
    server[key] === undefined ? "not set" : JSON.stringify(server[key]);
  return keys.map((key) => `${key} from ${shown(before.value, key)} to ${shown(value, key)}`).join(", ");
}
