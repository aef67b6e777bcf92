/** The frame of every page: head, header with search and theme, footer. A page is self-contained. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Contract } from "../contract.ts";
import { bannerText } from "../generate/emit/text.ts";
import { type Content, type Html, html, jsonForScript, trusted } from "./html.ts";
import { type Links, pages, toPage } from "./links.ts";
import type { SearchEntry } from "./search-index.ts";
import type { Stories } from "./stories.ts";

/** Shared by all pages of one build. */
export interface Site {
  readonly contract: Contract;
  readonly search: readonly SearchEntry[];
  /** Shown in addition to the topology. */
  readonly stories: Pick<Stories, "page" | "title"> | undefined;
}

interface Page {
  readonly title: string;
  /** One sentence, for search engines. */
  readonly description: string;
  readonly links: Links;
  /** Its entry in the navigation. */
  readonly current?: string;
  readonly main: Content;
}

const stylesheet = [
  typefaces(),
  ...["theme", "base", "header", "overview", "tables", "message", "picture", "sequence", "windows"].map(
    (name) => ownFile(`styles/${name}.css`),
  ),
].join("\n");
const themeScript = ownFile("client/theme.js");
const pageScript = ownFile("client/page.js");

/** Only the page's own script and style may run, whatever the texts of a contract contain; nothing is fetched. */
const policy = [
  "default-src 'none'",
  "img-src data:",
  "font-src data:",
  `style-src '${digest(stylesheet)}'`,
  `script-src '${digest(themeScript)}' '${digest(pageScript)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%234f5bd5'/%3E%3Cpath d='M3 8h4m2 0h4M7 5.5h2v5H7z' stroke='%23fff' stroke-width='1.5' fill='none'/%3E%3C/svg%3E";

export function renderPage(site: Site, page: Page): Html {
  const { contract } = site;
  return html`<!doctype html>
<!-- ${bannerText(contract)} -->
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${page.description}">
<title>${page.title} · ${contract.title}</title>
<link rel="icon" href="${icon}">
<style>${trusted(stylesheet)}</style>
<script>${trusted(themeScript)}</script>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header class="top">
<a class="brand" href="${toPage(page.links, pages.topology)}"><svg width="22" height="22" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" rx="4"/><path d="M3 8h4m2 0h4M7 5.5h2v5H7z"/></svg>${contract.title} <span class="version">${contract.version}</span></a>
<nav aria-label="Pages">${navigation(page, site)}</nav>
<div class="tools needs-script" hidden>
<search><input type="search" id="search" placeholder="Search" aria-label="Search messages, queues and fields" autocomplete="off" spellcheck="false" role="combobox" aria-expanded="false" aria-controls="search-results" aria-autocomplete="list"><kbd aria-hidden="true">/</kbd><div id="search-results" role="listbox" aria-label="Search results" hidden></div></search>
<button type="button" id="theme" aria-label="Switch between light and dark"><svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true"><circle cx="9" cy="9" r="6.5"/><path d="M9 2.5a6.5 6.5 0 0 1 0 13z"/></svg></button>
</div>
</header>
<main id="content">
${page.main}
</main>
<footer><p>Generated from <code>${contract.source.file}</code>, version ${contract.version}, by <code>rabbit-contract docs</code>.</p></footer>
<script type="application/json" id="search-index">${jsonForScript({ root: page.links.root, entries: site.search })}</script>
<script>${trusted(pageScript)}</script>
</body>
</html>
`;
}

function navigation({ links, current }: Page, { stories }: Site): Html[] {
  const entries: readonly (readonly [string, string])[] = [
    [pages.topology, "Topology"],
    ...(stories ? [[stories.page, stories.title] as const] : []),
  ];
  return entries.map(
    ([page, label]) =>
      html`<a href="${toPage(links, page)}"${page === current && html` aria-current="page"`}>${label}</a>\n`,
  );
}

function ownFile(name: string): string {
  return readFileSync(new URL(name, import.meta.url), "utf8");
}

function digest(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

/** Embedded in the stylesheet, because pages opened from disk may not fetch fonts. */
function typefaces(): string {
  const face = (family: string, font: string) => {
    const file = fileURLToPath(
      import.meta.resolve(`@fontsource-variable/${font}/files/${font}-latin-wght-normal.woff2`),
    );
    const data = readFileSync(file).toString("base64");
    return `@font-face{font-family:"${family}";font-weight:100 900;src:url(data:font/woff2;base64,${data}) format("woff2")}`;
  };
  return `${face("Inter", "inter")}\n${face("JetBrains Mono", "jetbrains-mono")}`;
}
