import { normalize, sep } from "node:path";
import { notFound } from "@rabbit-contract/service/http";

interface FileOptions {
  /** The part of the URL's path that is not one of the file's. */
  readonly below?: string;
  /** Serves this file, regardless of the URL. */
  readonly file?: string;
  /** Its name changes with its content. */
  readonly immutable?: boolean;
}

/** The file of `folder` that a request asks for. @throws ProblemError 404 */
export async function fileIn(
  folder: string,
  request: Request,
  { below = "", file, immutable = false }: FileOptions,
): Promise<Response> {
  const asked = decodeURIComponent(new URL(request.url).pathname);
  const path = normalize(`${folder}/${file ?? asked.slice(below.length)}`);
  const inside = path.startsWith(`${folder}${sep}`) && !path.includes("\0");
  const found = inside ? Bun.file(path.endsWith(sep) ? `${path}index.html` : path) : undefined;
  if (!found || !(await found.exists())) throw notFound("file", asked);
  const tag = `"${found.size.toString(36)}-${Math.floor(found.lastModified).toString(36)}"`;
  const headers = {
    "content-type": found.type,
    "cache-control": immutable ? "public, max-age=31536000, immutable" : "no-cache",
    etag: tag,
  };
  if (request.headers.get("if-none-match") === tag) return new Response(null, { status: 304, headers });
  return new Response(found, { headers });
}
