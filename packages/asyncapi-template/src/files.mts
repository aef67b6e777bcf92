/** What the template writes, from what @asyncapi/generator gives to any template. */
import { basename, dirname } from "node:path";
import { contractOf, generatedFiles, Source } from "@rabbit-contract/contract";

/** The part of the parsed document that is used: the text it was parsed from, which still has its references. */
export interface ParsedDocument {
  meta(key: "asyncapi"): { readonly input?: unknown; readonly source?: string | undefined };
}

/** Of each document, since the generator renders one template for each folder. */
const generated = new WeakMap<ParsedDocument, ReadonlyMap<string, string>>();

/**
 * The files that `rabbit-contract generate` writes into one folder.
 * @param params.source name of the document in banners and `@generated from`, where the generator does not say it
 * @throws ContractError with all that is wrong with the contract
 */
export function filesIn(
  folder: string,
  document: ParsedDocument,
  params: { readonly source?: string } = {},
): { readonly name: string; readonly text: string }[] {
  const files = generated.get(document) ?? filesOf(document, params);
  generated.set(document, files);
  return [...files].flatMap(([path, text]) =>
    dirname(path) === folder ? [{ name: basename(path), text }] : [],
  );
}

function filesOf(
  document: ParsedDocument,
  { source: name = "asyncapi.yaml" }: { readonly source?: string },
): ReadonlyMap<string, string> {
  const { input, source } = document.meta("asyncapi");
  const text = typeof input === "string" ? input : JSON.stringify(input);
  return generatedFiles(contractOf(new Source(source === undefined ? name : basename(source), text)));
}
