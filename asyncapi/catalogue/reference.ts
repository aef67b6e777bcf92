/** The page that AsyncAPI's own template makes of the contract. */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { AsyncAPIDocumentInterface } from "@asyncapi/parser";
import type { Contract } from "../contract.ts";
import { documentOf } from "../document.ts";
import { pages } from "./links.ts";

const require = createRequire(import.meta.url);

/**
 * The package ships its template compiled, but asks for React by an absolute path of the machine that compiled
 * it. Bun is told where that file really is; compiling the template anew would take ten times as long.
 */
function resolveReactOfCompiledTemplate(): void {
  const react = createRequire(require.resolve("@asyncapi/generator-react-sdk")).resolve("react/jsx-runtime");
  Bun.plugin({
    name: "react-of-compiled-template",
    setup(build) {
      build.onResolve({ filter: /react-jsx-runtime\.production\.min\.js$/ }, () => ({ path: react }));
    },
  });
}

/** Writes the page into `folder`; it opens from disk and asks no other host for anything. */
export async function buildReference(contract: Contract, folder: string): Promise<void> {
  const { default: Generator } = await import("@asyncapi/generator");
  const template = dirname(fileURLToPath(import.meta.resolve("@asyncapi/html-template/package.json")));
  resolveReactOfCompiledTemplate();
  const generator = new Generator(template, folder, {
    forceWrite: true,
    compile: false,
    templateParams: { singleFile: "true", outFilename: pages.reference },
  });
  await generator.generate(await namedDocumentOf(contract));
  addWayBack(join(folder, pages.reference));
}

/**
 * The contract as the parser read it, with its messages under their names: the template's menu links to those, its
 * sections are called by keys.
 */
async function namedDocumentOf(contract: Contract): Promise<AsyncAPIDocumentInterface> {
  const document = await documentOf(contract.source);
  const json: { components?: { messages?: Record<string, { name?: string }> } } = document.json();
  if (json.components?.messages) {
    json.components.messages = Object.fromEntries(
      Object.entries(json.components.messages).map(([key, message]) => [message.name ?? key, message]),
    );
  }
  return document;
}

/** The template knows nothing of the pages around its own. */
function addWayBack(file: string): void {
  const page = readFileSync(file, "utf8");
  const body = "<body>\n";
  if (!page.includes(body)) {
    throw new Error(`cannot put a link into ${file}: AsyncAPI's template writes no plain <body> any more`);
  }
  const link = `<a href="${pages.topology}" style="display:block;padding:.6rem 2rem;background:#222936;color:#fff;font:15px system-ui,sans-serif">← Topology, messages and an order’s life</a>`;
  // A function: in a replacement text, "$" would mean something.
  writeFileSync(
    file,
    page.replace(body, () => `${body}${link}\n`),
  );
}
