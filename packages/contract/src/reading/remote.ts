/** Reads documents with references to URLs, if that is allowed. */
import { Source } from "../source.ts";
import {
  decodedText,
  isRemote,
  localFiles,
  maxBytes,
  type ReadText,
  type Refusal,
  readText,
} from "./files.ts";

const timeoutMs = 10_000;

export interface SourceOptions {
  /** Of the document. @default that of the file */
  readonly text?: string;
  /** Gives the files that the document refers to. @default those below its folder and the working directory */
  readonly read?: ReadText;
  /** Whether to fetch what the document references by URL. @default false: such references are refused */
  readonly allowRemote?: boolean;
  /** Keeps what can be read of a document that has findings. @default false */
  readonly isDraft?: boolean;
}

/** @throws ContractError with all findings about the YAML and the references */
export async function readSource(
  file: string,
  { text = readText(file), read = localFiles(file), allowRemote = false, isDraft }: SourceOptions = {},
): Promise<Source> {
  return allowRemote ? await withRemote(file, text, read, isDraft) : new Source(file, text, read, isDraft);
}

/**
 * Fetches what the document refers to with http and https, each URL once: 10 seconds and 20 MB at most.
 * @throws ContractError with all findings, URLs that could not be fetched among them
 */
async function withRemote(file: string, text: string, local: ReadText, isDraft?: boolean): Promise<Source> {
  const fetched = new Map<string, string | Refusal>();
  // Fetched files may refer to more, so the document is read again until nothing is missing.
  for (;;) {
    const missing = new Set<string>();
    const read = (name: string): string | Refusal => {
      if (!isRemote(name)) return local(name);
      const known = fetched.get(name);
      if (known === undefined) missing.add(name);
      return known ?? { rule: "remote-references", message: "is not fetched yet", fix: "fetch it" };
    };
    try {
      const source = new Source(file, text, read, isDraft);
      if (missing.size === 0) return source;
    } catch (error) {
      if (missing.size === 0) throw error;
    }
    for (const url of missing) fetched.set(url, await fetchText(url));
  }
}

async function fetchText(url: string): Promise<string | Refusal> {
  const refuse = (why: string): Refusal => ({
    rule: "remote-references",
    message: `could not be fetched: ${why}`,
    fix: "correct the URL, or copy the document beside the contract and refer to the copy",
  });
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) return refuse(`the answer is ${response.status}`);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) return refuse(`it is larger than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
    return decodedText(Buffer.concat(chunks));
  } catch (error) {
    if (error instanceof DOMException && error.name === "TimeoutError")
      return refuse(`no answer in ${timeoutMs} ms`);
    return refuse(error instanceof Error ? error.message : String(error));
  }
}
