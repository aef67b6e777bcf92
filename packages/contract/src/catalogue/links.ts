/** Addresses in the catalogue. All are relative, so that it works from disk and from a server. */

export const pages = {
  topology: "index.html",
} as const;

export function messagePage(name: string): string {
  return `messages/${name}.html`;
}

export const anchor = {
  service: (name: string) => `service-${name}`,
  exchange: (name: string) => `exchange-${name}`,
  queue: (name: string) => `queue-${name}`,
  message: (name: string) => `message-${name}`,
  /** Of a row in a table of fields; `part` is "payload" or "headers". */
  field: (part: string, path: string) => `${part}-${path.replaceAll("[]", "").replaceAll(/[^\w.-]/g, "_")}`,
} as const;

/** Links of a page in a folder of the catalogue: "" at the top, "../" one level below. */
export interface Links {
  readonly root: string;
}

export function toPage(links: Links, page: string, id?: string): string {
  return `${links.root}${page}${id === undefined ? "" : `#${id}`}`;
}
