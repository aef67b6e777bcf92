/**
 * What can be compared of two documents: everything for RabbitMQ contracts; for others, what every AsyncAPI document
 * has.
 */
import type { Contract } from "../contract.ts";
import { checkDocument, checkExtensions } from "../document.ts";
import { counted } from "../listed.ts";
import { Node } from "../model/node.ts";
import { readModel } from "../read-contract.ts";
import { namesAreUnique } from "../rules/names-are-unique.ts";
import type { Complaint } from "../rules/rule.ts";
import type { Source } from "../source.ts";

/** A `contract` has the topology of a broker; of a `document`, bindings are only the same or not. */
export type Scope = "contract" | "document";

export interface Comparable {
  readonly contract: Contract;
  readonly scope: Scope;
  /** Why it is compared as a document only. */
  readonly reason: string | undefined;
}

export function comparable(source: Source): Comparable {
  const { contract, findings } = readModel(source);
  const protocol = otherProtocol(new Node(source, ""));
  if (protocol !== undefined) return { contract, scope: "document", reason: `its protocol is ${protocol}` };
  const found = [...checkDocument(source), ...checkExtensions(source), ...findings];
  // Contracts are compared by names, which a document may use for several things.
  const ambiguous = found.length > 0 ? [] : [...namesAreUnique.check(contract)];
  const [first, ...others] = [...found, ...ambiguous];
  if (!first) return { contract, scope: "contract", reason: undefined };
  return { contract, scope: "document", reason: reasonOf(first, others.length) };
}

function reasonOf({ file, line, message }: Complaint, others: number): string {
  const more = others === 0 ? "" : `, and ${counted(others, "more finding")} of lint`;
  return `${file}:${line} ${message}${more}`;
}

/** The protocol of a document for another broker; undefined if nothing rules out AMQP 0-9-1. */
function otherProtocol(document: Node): string | undefined {
  const servers = document.at("servers").entries();
  const protocols = servers.flatMap(([, server]) => server.text("protocol")?.toLowerCase() ?? []);
  const channels = document.at("channels").entries();
  const bound = channels.flatMap(([, channel]) =>
    channel
      .at("bindings")
      .entries()
      .map(([name]) => name),
  );
  const all = protocols.length > 0 ? protocols : bound;
  return all.some((protocol) => /^amqps?$/.test(protocol)) ? undefined : all[0];
}
