/** The HTML catalogue: topology, messages, an order's life. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Contract } from "../contract.ts";
import { readReleases } from "./history.ts";
import type { Html } from "./html.ts";
import { messagePage, pages } from "./links.ts";
import { renderMessagePage } from "./message-page.ts";
import { orderLifePage } from "./order-life-page.ts";
import { readInteractions } from "./pacts.ts";
import type { Site } from "./page.ts";
import { searchIndex } from "./search-index.ts";
import { topologyPage } from "./topology-page.ts";

interface Sources {
  /** Of the pacts that the consumers wrote; may be missing. */
  readonly pacts: string;
  /** Of the contracts as released; may be missing. */
  readonly releases: string;
}

/** Writes the catalogue into `folder`; it works from a disk as from a server, and asks no other host for anything. */
export function buildCatalogue(contract: Contract, folder: string, sources: Sources): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [page, content] of ownPages(contract, sources)) {
    const file = join(folder, page);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content.toString());
  }
}

/** The pages by their paths in the catalogue. */
export function ownPages(contract: Contract, sources: Sources): Map<string, Html> {
  const site: Site = { contract, search: searchIndex(contract) };
  const interactions = readInteractions(contract, sources.pacts);
  const releases = readReleases(sources.releases);
  return new Map([
    [pages.topology, topologyPage(site, interactions)],
    [pages.orderLife, orderLifePage(site)],
    ...contract.messages.map(
      (message) =>
        [messagePage(message.name), renderMessagePage(site, message, { interactions, releases })] as const,
    ),
  ]);
}
