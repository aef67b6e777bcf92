/** The HTML catalogue: topology, messages, stories. */
import type { Contract } from "../contract.ts";
import { writeFiles } from "../output.ts";
import { readInteractions } from "../pacts/interactions.ts";
import { readReleases } from "./history.ts";
import type { Html } from "./html.ts";
import { messagePage, pages } from "./links.ts";
import { renderMessagePage } from "./message-page.ts";
import type { Site } from "./page.ts";
import { searchIndex } from "./search-index.ts";
import { readStories } from "./stories.ts";
import { storiesPage } from "./stories-page.ts";
import { topologyPage } from "./topology-page.ts";

export interface Sources {
  /** Folder of the consumers' pacts; may be missing. Without one, the pages do not mention pacts. */
  readonly pacts?: string | undefined;
  /** Folder of the released contracts; may be missing. */
  readonly releases: string;
  /** YAML file with the stories; may be missing. */
  readonly stories?: string | undefined;
}

/**
 * Writes the catalogue to `folder`. It works from disk and from a server, and sends no requests to other hosts.
 * @throws OutputError, with nothing written, for a file in `folder` that is not of a catalogue
 */
export function buildCatalogue(contract: Contract, folder: string, sources: Sources): void {
  const pages = [...cataloguePages(contract, sources)];
  writeFiles(folder, new Map(pages.map(([page, content]) => [page, content.toString()])));
}

/** Pages by path in the catalogue. */
export function cataloguePages(contract: Contract, sources: Sources): Map<string, Html> {
  const stories = sources.stories === undefined ? undefined : readStories(sources.stories);
  const site: Site = { contract, search: searchIndex(contract), stories };
  const interactions = sources.pacts === undefined ? undefined : readInteractions(sources.pacts);
  const releases = readReleases(sources.releases);
  return new Map([
    [pages.topology, topologyPage(site, interactions)],
    ...(stories ? [[stories.page, storiesPage(site, stories)] as const] : []),
    ...contract.messages.map(
      (message) =>
        [messagePage(message), renderMessagePage(site, message, { interactions, releases })] as const,
    ),
  ]);
}
