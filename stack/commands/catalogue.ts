/** Serves the HTML catalogue of the messages. Run by `make up`, and by the container of the same name. */
import { join, normalize, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../generated/catalogue");

const server = Bun.serve({
  hostname: process.env.LISTEN_HOST ?? "127.0.0.1",
  port: Number(process.env.CATALOGUE_PORT ?? 8000),
  async fetch(request) {
    if (request.method !== "GET" && request.method !== "HEAD")
      return new Response("only GET\n", { status: 405 });
    const path = fileOf(new URL(request.url).pathname);
    const file = path === undefined ? undefined : Bun.file(path);
    if (!file || !(await file.exists())) return new Response("no such page\n", { status: 404 });
    return new Response(file);
  },
});
console.log(`catalogue of the messages on ${server.url}`);

/** `undefined` for an invalid path, or one outside the catalogue. */
function fileOf(pathname: string): string | undefined {
  try {
    const path = normalize(join(root, decodeURIComponent(pathname)));
    if (path.includes("\0") || !`${path}/`.startsWith(`${root}/`)) return undefined;
    return pathname.endsWith("/") ? join(path, "index.html") : path;
  } catch {
    return undefined;
  }
}
