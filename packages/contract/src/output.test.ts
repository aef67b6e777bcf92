import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { bannerStart, OutputError, staleFiles, writeFiles } from "./output.ts";

const text = (content: string, document = "my.yaml") =>
  `// ${bannerStart}0.0.1 from ${document}, version 1.0.0.\n${content}\n`;

describe("the output of the generator", () => {
  let parent: string;
  let folder: string;
  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "output-"));
    folder = join(parent, "out");
  });
  afterEach(() => rmSync(parent, { recursive: true }));

  function put(path: string, content: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }

  const fresh = new Map([
    ["a.ts", text("new")],
    ["inner/b.json", text("new")],
  ]);

  /** Nothing is written when anything is refused. */
  function refuses(files: ReadonlyMap<string, string>, message: RegExp): void {
    assert.throws(
      () => writeFiles(folder, files),
      (error) => error instanceof OutputError && message.test(error.message),
    );
    assert.equal(existsSync(join(folder, "a.ts")), false);
  }

  it("replaces and removes generated files, and keeps those of others", () => {
    put("inner/b.json", text("old"));
    put("gone.ts", text("old"));
    put("mine.ts", "// by hand\n");
    put("page.html", text("of the catalogue, which has files of its own"));
    put("deeper/other.ts", text("of a folder that nothing is written to"));
    const expected = ["a.ts", "gone.ts", "inner/b.json"];
    assert.deepEqual(staleFiles(folder, fresh), expected);
    assert.deepEqual(writeFiles(folder, fresh), expected);
    assert.deepEqual(staleFiles(folder, fresh), []);
    assert.deepEqual(readdirSync(folder).sort(), ["a.ts", "deeper", "inner", "mine.ts", "page.html"]);
    assert.equal(readFileSync(join(folder, "inner/b.json"), "utf8"), text("new"));
  });

  it("never replaces a file that the generator did not write, and names it", () => {
    put("inner/b.json", "{}");
    refuses(fresh, /inner\/b\.json was not written by rabbit-contract/);
    assert.equal(readFileSync(join(folder, "inner/b.json"), "utf8"), "{}");
  });

  it("never removes or replaces what was generated from another document", () => {
    put("shop.ts", text("a service of another contract", "asyncapi.yaml"));
    refuses(fresh, /shop\.ts was generated from asyncapi\.yaml, not from my\.yaml/);
    assert.equal(existsSync(join(folder, "shop.ts")), true);
  });

  it("follows no symbolic link out of its folder", () => {
    const elsewhere = join(parent, "elsewhere");
    mkdirSync(elsewhere);
    mkdirSync(folder);
    symlinkSync(elsewhere, join(folder, "inner"));
    refuses(fresh, /inner is a symbolic link that leads out of/);
    assert.deepEqual(readdirSync(elsewhere), []);
    rmSync(join(folder, "inner"));
    mkdirSync(join(folder, "inner"));
    symlinkSync(join(elsewhere, "not-yet"), join(folder, "inner/b.json"));
    refuses(fresh, /b\.json is a symbolic link that leads out of/);
    assert.deepEqual(readdirSync(elsewhere), []);
  });

  it("follows a symbolic link that is the folder itself", () => {
    mkdirSync(join(parent, "real"));
    symlinkSync(join(parent, "real"), folder);
    writeFiles(folder, fresh);
    assert.deepEqual(readdirSync(join(parent, "real")).sort(), ["a.ts", "inner"]);
  });

  it("names a file that stands where it needs a folder, and the other way round", () => {
    mkdirSync(parent, { recursive: true });
    writeFileSync(folder, "mine");
    refuses(fresh, /out is a file, where a folder is needed: choose another with --out/);
    assert.equal(readFileSync(folder, "utf8"), "mine");
    rmSync(folder);
    mkdirSync(join(folder, "a.ts"), { recursive: true });
    assert.throws(() => writeFiles(folder, fresh), /a\.ts is a folder, where a file is needed/);
  });

  it("leaves the old file where the new one cannot be written whole", () => {
    put("a.ts", text("old"));
    const script = join(parent, "write.ts");
    const [output, place, start] = [new URL("./output.ts", import.meta.url).href, folder, text("")].map(
      (one) => JSON.stringify(one),
    );
    writeFileSync(
      script,
      `import { writeFiles } from ${output};
       writeFiles(${place}, new Map([["a.ts", ${start} + "x".repeat(4_000_000)]]));`,
    );
    // No file may be longer than 1,000 blocks, as on a disk that fills up in the middle of one.
    const limited = `trap "" XFSZ; ulimit -f 1000; exec "$@"`;
    const { status, stderr } = spawnSync("sh", ["-c", limited, "sh", process.execPath, script], {
      encoding: "utf8",
      // Otherwise Bun would also write compiled code to disk.
      env: { ...process.env, BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" },
    });
    assert.notEqual(status, 0);
    assert.match(stderr, /EFBIG/);
    assert.equal(readFileSync(join(folder, "a.ts"), "utf8"), text("old"));
    // What is left of it is replaced in the next run.
    writeFiles(folder, fresh);
    assert.deepEqual(readdirSync(folder).sort(), ["a.ts", "inner"]);
  });

  it("writes no path that leads out of its folder", () => {
    refuses(new Map([["../c.ts", text("new")]]), /c\.ts is outside of/);
    assert.deepEqual(readdirSync(parent), []);
  });
});
