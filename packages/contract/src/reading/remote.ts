/** Documents whose references lead to URLs, for those who allow it. */
import { Source } from "../source.ts";
import { decodedText, isRemote, localFiles, maxBytes, type Refusal } from "./files.ts";

const timeoutMs = 10_000;

/**
 * Fetches what the document refers to with http and https, each URL once: 10 seconds and 20 MB at most.
 * @throws ContractError with all findings, URLs that could not be fetched among them
 */
export async function withRemote(file: string, text: string): Promise<Source> {
  const fetched = new Map<string, string | Refusal>();
  const local = localFiles(file);
  // What was fetched may refer to more: the document is read until nothing is missing.
  for (;;) {
    const missing = new Set<string>();
    const read = (name: string): string | Refusal => {
      if (!isRemote(name)) return local(name);
      const known = fetched.get(name);
      if (known === undefined) missing.add(name);
      return known ?? { rule: "remote-references", message: "is not fetched yet", fix: "fetch it" };
    };
    try {
      return new Source(file, text, read);
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
