import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { consolePage } from "@orders/stack/testing/console-page";

const folder = join(import.meta.dirname, "dist");
const read = (address: string) => readFileSync(join(folder, address), "utf8");

/** A script and all that it imports at once, and so on; not what it loads later. */
function withImports(address: string, found = new Set<string>()): Set<string> {
  if (found.has(address)) return found;
  found.add(address);
  const imports = new Bun.Transpiler({ loader: "js" }).scanImports(read(address));
  for (const { kind, path } of imports) if (kind === "import-statement") withImports(path, found);
  return found;
}

describe("the built page", () => {
  let html: string;
  /** Addresses in the page, by what they are for. */
  const addresses = (pattern: RegExp) => [...html.matchAll(pattern)].map(([, address = ""]) => address);
  const script = () => addresses(/<script type="module" src="([^"]+)">/g);

  before(async () => {
    await consolePage();
    html = read("index.html");
  });

  it("links each script that the first view needs, and none that is loaded later", () => {
    const [entry = "", ...others] = script();
    assert.deepEqual(others, []);
    const imported = [...withImports(entry)].slice(1);
    assert.ok(imported.length > 0, "the entry imports nothing, so this proves nothing");
    assert.deepEqual(addresses(/<link rel="modulepreload" href="([^"]+)">/g).toSorted(), imported.toSorted());
  });

  it("links its style sheet, and preloads every typeface that the sheet names, and the settings", () => {
    const [sheet = "", ...others] = addresses(/<link rel="stylesheet" href="([^"]+)">/g);
    assert.deepEqual(others, []);
    const typefaces = [...read(sheet).matchAll(/url\("?([^")]+\.woff2)"?\)/g)].map(([, path = ""]) => path);
    assert.equal(typefaces.length, 2);
    // Without crossorigin, a browser would load them a second time.
    assert.deepEqual(
      addresses(/<link rel="preload" as="font" type="font\/woff2" crossorigin href="([^"]+)">/g).toSorted(),
      typefaces.toSorted(),
    );
    assert.deepEqual(addresses(/<link rel="preload" as="fetch" crossorigin href="([^"]+)">/g), [
      "/settings.json",
    ]);
    for (const address of typefaces) assert.ok(readFileSync(join(folder, address)).length > 0, address);
  });

  it("needs less than 200 kB of script for its first view, and has less than 100 kB compressed in all", () => {
    const first = [...withImports(script()[0] ?? "")].map((address) => read(address).length);
    assert.ok(first.reduce((sum, size) => sum + size, 0) < 200_000, first.join(" + "));
    const all = readdirSync(join(folder, "assets"))
      .filter((file) => file.endsWith(".js"))
      .map((file) => gzipSync(read(`assets/${file}`)).length);
    assert.ok(all.reduce((sum, size) => sum + size, 0) < 100_000, all.join(" + "));
  });

  it("leaves no file of a former build", () => {
    const files = readdirSync(join(folder, "assets"));
    const entries = files.filter((file) => /^main-.*\.css$/.test(file));
    assert.equal(entries.length, 1, files.join(" "));
  });
});
