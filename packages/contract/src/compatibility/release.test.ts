import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { buildContract } from "../read-contract.ts";
import { fixture, fixtureText, type Patch } from "../rules/testing/fixture.ts";
import type { Source } from "../source.ts";
import { readBase, releasedVersions } from "./base.ts";
import { ReleaseError, release } from "./release.ts";

const field: Patch = { "/components/schemas/BasketFilled/properties/gift": { type: "boolean" } };

describe("releases", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "releases-"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const places = () => ({ contract: join(root, "asyncapi.yaml"), releases: join(root, "releases") });
  const at = (version: string, patch: Patch = {}) => fixture({ ...patch, "/info/version": version });

  it("freeze a contract byte by byte", async () => {
    const contract = at("1.0.0");
    const { file, isNew, comparison } = release(contract, places());
    assert.equal(isNew, true);
    assert.equal(comparison, undefined);
    assert.equal(readFileSync(file, "utf8"), contract.source.text);
    assert.deepEqual(readdirSync(join(root, "releases")), ["1.0.0.yaml"]);
  });

  it("can be repeated, and never changed", async () => {
    release(at("1.0.0"), places());
    assert.equal(release(at("1.0.0"), places()).isNew, false);
    assert.throws(() => release(at("1.0.0", field), places()), /differs.*Raise info.version/);
  });

  it("are refused if the version does not allow the differences", async () => {
    release(at("1.0.0"), places());
    assert.throws(
      () => release(at("1.0.1", field), places()),
      (error) => {
        assert.ok(error instanceof ReleaseError);
        assert.match(error.message, /as 1.0.1 after 1.0.0: .*needs 1.1.0 or later/);
        assert.equal(error.comparison?.verdict.needed, "minor");
        return true;
      },
    );
    const { comparison } = release(at("1.1.0", field), places());
    assert.equal(comparison?.verdict.allowed, true);
  });

  it("are compatible with every older one of the same major version, whose messages may still be in a queue", async () => {
    const other: Patch = { "/components/schemas/BasketFilled/properties/gift": { type: "integer" } };
    release(at("1.0.0", field), places());
    release(at("1.1.0"), places());
    assert.throws(() => release(at("1.2.0", other), places()), /as 1.2.0 after 1.0.0: .*needs 2.0.0/);
    release(at("2.0.0", other), places());
    assert.deepEqual(releasedVersions(places()), ["1.0.0", "1.1.0", "2.0.0"]);
  });

  it("are the same contract if nothing differs: another order of required fields, another layout", async () => {
    const required = "/components/schemas/BasketFilled/required";
    release(at("1.0.0"), places());
    const { isNew } = release(at("1.0.0", { [required]: ["items", "basketId"] }), places());
    assert.equal(isNew, false);
  });

  it("may follow a candidate with anything, as long as the release before it allows it", async () => {
    release(at("1.0.0"), places());
    release(at("1.1.0-rc.1", field), places());
    assert.throws(
      () => release(at("1.1.0-rc.1"), places()),
      /1.1.0-rc.1.yaml differs, and a release never changes/,
    );
    // The field is gone again, which no candidate forbids.
    release(at("1.1.0-rc.2"), places());
    assert.throws(
      () =>
        release(at("1.1.0", { "/components/schemas/BasketFilled/properties/items/maximum": 9 }), places()),
      /as 1.1.0 after 1.0.0: .*needs 2.0.0/,
    );
    release(at("1.1.0", field), places());
    release(at("2.0.0-rc.1", { "/components/schemas/BasketFilled/required": ["basketId"] }), places());
    release(at("2.0.0", { "/components/schemas/BasketFilled/properties/items/maximum": 9 }), places());
    assert.deepEqual(releasedVersions(places()), [
      "1.0.0",
      "1.1.0-rc.1",
      "1.1.0-rc.2",
      "1.1.0",
      "2.0.0-rc.1",
      "2.0.0",
    ]);
  });

  it("may be backports that newer releases of the same major version stay safe for", async () => {
    const text: Patch = { "/info/description": "Another." };
    const shorter: Patch = { "/components/schemas/BasketFilled/properties/note": undefined };
    release(at("1.0.0"), places());
    release(at("1.1.0", field), places());
    release(at("1.0.1", text), places());
    assert.throws(() => release(at("1.0.2", shorter), places()), /as 1.0.2 after 1.0.0: .*needs 1.1.0/);
    const other: Patch = { "/components/schemas/BasketFilled/properties/gift": { type: "integer" } };
    release(at("2.0.0"), places());
    assert.throws(() => release(at("1.0.2", other), places()), /as 1.0.2 after 1.0.0: .*needs 1.1.0/);
    release(at("1.2.0", field), places());
    assert.throws(() => release(at("1.1.1", { ...field, ...other }), places()), /after 1.0.0|after 1.1.0/);
  });
});

describe("the base of a comparison", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "base-"));
    mkdirSync(join(root, "contract/releases"), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const version = (source: Source) => buildContract(source).version;
  const places = () => ({
    contract: join(root, "contract/asyncapi.yaml"),
    releases: join(root, "contract/releases"),
  });
  const text = (version: string) => fixtureText({ "/info/version": version });
  const write = (path: string, version: string) => writeFileSync(join(root, path), text(version));
  const git = (...args: string[]) => {
    const { status, stderr } = spawnSync("git", args, {
      cwd: root,
      encoding: "utf8",
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_AUTHOR_NAME: "Test",
        GIT_AUTHOR_EMAIL: "test@example.com",
        GIT_COMMITTER_NAME: "Test",
        GIT_COMMITTER_EMAIL: "test@example.com",
      },
    });
    assert.equal(status, 0, stderr);
  };

  it("is the newest release", async () => {
    for (const version of ["1.9.0", "1.10.0", "1.10.0-rc.1"])
      write(`contract/releases/${version}.yaml`, version);
    assert.equal(version(await readBase(undefined, places())), "1.10.0");
  });

  it("is the release that the contract follows: not a candidate, and for a backport not the newest", async () => {
    const versions = ["1.0.0", "1.0.1", "1.1.0", "2.0.0-rc.1"];
    for (const version of versions) write(`contract/releases/${version}.yaml`, version);
    const baseOf = async (following: string) => version(await readBase(undefined, places(), following));
    assert.equal(await baseOf("1.0.2"), "1.0.1");
    assert.equal(await baseOf("1.2.0"), "1.1.0");
    assert.equal(await baseOf("2.0.0"), "1.1.0");
    assert.equal(await baseOf("2.0.0-rc.2"), "1.1.0");
    // Released already: it must not have changed.
    assert.equal(await baseOf("2.0.0-rc.1"), "2.0.0-rc.1");
    assert.equal(await baseOf("0.9.0"), "1.1.0");
  });

  it("is a release, a file or a git ref", async () => {
    write("contract/releases/1.0.0.yaml", "1.0.0");
    write("contract/asyncapi.yaml", "1.1.0");
    git("init", "--quiet", "--initial-branch=main");
    git("add", ".");
    git("commit", "--quiet", "--message=one");
    write("other.yaml", "1.2.0");
    assert.equal(version(await readBase("1.0.0", places())), "1.0.0");
    assert.equal(version(await readBase(join(root, "other.yaml"), places())), "1.2.0");
    const ref = await readBase("main", places());
    assert.equal(version(ref), "1.1.0");
    assert.equal(ref.file, `main:${places().contract}`);
  });

  it("is reported with what was looked for if there is none", async () => {
    await assert.rejects(readBase(undefined, places()), /releases has none.*rabbit-contract release/);
    git("init", "--quiet", "--initial-branch=main");
    await assert.rejects(readBase("3.0.0", places()), /3.0.0: it is not among the releases \(none\)/);
    await assert.rejects(
      readBase("nowhere", places()),
      /neither a release \(none\), a file nor a known git ref/,
    );
    await assert.rejects(readBase("gone.yaml", places()), /no such file/);
    await assert.rejects(readBase("--output=x", places()), /nor a known git ref/);
    git("commit", "--quiet", "--allow-empty", "--message=one");
    await assert.rejects(readBase("main", places()), /it has no .*asyncapi.yaml/);
  });
});
