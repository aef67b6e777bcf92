/** Addresses in the catalogue. All are relative, so that it works from disk and from a server. */
import type { Message } from "../contract.ts";
import { type Html, html } from "./html.ts";

export const pages = {
  topology: "index.html",
} as const;

/** Together they are unique in a contract. */
type Named = Pick<Message, "name" | "schemaVersion">;

/** Its name, and its version after the first, because a contract may have several versions of a message. */
export function messageTitle({ name, schemaVersion = 1 }: Named): string {
  return schemaVersion === 1 ? name : `${name} version ${schemaVersion}`;
}

/** A name may contain characters with a special meaning in paths and URLs. */
export function messagePage({ name, schemaVersion = 1 }: Named): string {
  const file = name.replaceAll(
    /[^A-Za-z0-9._-]/gu,
    (character) => `_${character.codePointAt(0)?.toString(16)}`,
  );
  return `messages/${file}${schemaVersion === 1 ? "" : `@${schemaVersion}`}.html`;
}

export const anchor = {
  service: (name: string) => `service-${name}`,
  exchange: (name: string) => `exchange-${name}`,
  queue: (name: string) => `queue-${name}`,
  message: ({ name, schemaVersion = 1 }: Named) =>
    `message-${name}${schemaVersion === 1 ? "" : `@${schemaVersion}`}`,
  /** A row in a table of fields; `part` is "payload" or "headers". */
  field: (part: string, path: string) => `${part}-${path.replaceAll("[]", "").replaceAll(/[^\w.-]/g, "_")}`,
} as const;

/** Links of a page in a folder of the catalogue: "" at the top, "../" one level below. */
export interface Links {
  readonly root: string;
}

export function toPage(links: Links, page: string, id?: string): string {
  return `${links.root}${page}${id === undefined ? "" : `#${id}`}`;
}

export function messageLink(links: Links, message: Named): Html {
  return html`<a href="${toPage(links, messagePage(message))}">${messageTitle(message)}</a>`;
}

export function serviceLink(links: Links, name: string): Html {
  return html`<a href="${toPage(links, pages.topology, anchor.service(name))}">${name}</a>`;
}

export function exchangeLink(links: Links, name: string): Html {
  return html`<a class="mono" href="${toPage(links, pages.topology, anchor.exchange(name))}">${name}</a>`;
}

export function queueLink(links: Links, name: string): Html {
  return html`<a class="mono" href="${toPage(links, pages.topology, anchor.queue(name))}">${name}</a>`;
}
