/** The search index of the pages: messages, queues, exchanges, services and fields. */
import type { Contract } from "../contract.ts";
import { systemTopology } from "../topology/model.ts";
import { anchor, messagePage, messageTitle, pages } from "./links.ts";
import { schemaRows } from "./schema-rows.ts";

export interface SearchEntry {
  readonly kind: "message" | "queue" | "exchange" | "service" | "field";
  readonly name: string;
  readonly about: string;
  /** From the top of the catalogue. */
  readonly to: string;
}

export function searchIndex(contract: Contract): SearchEntry[] {
  const topology = systemTopology(contract);
  const descriptions = new Map(contract.queues.map((queue) => [queue.name, queue.description]));
  const at = (id: string) => `${pages.topology}#${id}`;
  const entries: SearchEntry[] = [
    ...contract.messages.map((message) => ({
      kind: "message" as const,
      name: messageTitle(message),
      about: message.summary ?? "",
      to: messagePage(message),
    })),
    ...topology.queues.map(({ name }) => ({
      kind: "queue" as const,
      name,
      about: descriptions.get(name) ?? "A retry tier.",
      to: at(anchor.queue(name)),
    })),
    ...topology.exchanges.map(({ name, type }) => ({
      kind: "exchange" as const,
      name,
      about: `${type} exchange`,
      to: at(anchor.exchange(name)),
    })),
    ...contract.services.map(({ name, description }) => ({
      kind: "service" as const,
      name,
      about: description ?? "",
      to: at(anchor.service(name)),
    })),
    ...contract.messages.flatMap((message) =>
      schemaRows(contract.schemas, message.payload)
        .filter((row) => row.path !== "")
        .map((row) => ({
          kind: "field" as const,
          name: row.path,
          about: messageTitle(message),
          to: `${messagePage(message)}#${anchor.field("payload", row.path)}`,
        })),
    ),
  ];
  return entries.map((entry) => ({ ...entry, about: entry.about.replaceAll("`", "") }));
}
