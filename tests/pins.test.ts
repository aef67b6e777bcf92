import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "@orders/stack";

describe("pinned versions", () => {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const pinned = JSON.parse(read("package.json"));

  it("are the same for Bun on a developer's machine and in the images", () => {
    assert.equal(`bun@${read("Dockerfile").match(/^ARG BUN_VERSION=(.+)$/m)?.[1]}`, pinned.packageManager);
  });

  it("are the same for maildev as a package and as an image", () => {
    assert.ok(read("compose.yaml").includes(`maildev/maildev:${pinned.workspaces.catalog.maildev}\n`));
  });

  it("are complete for the base of the images", () => {
    const bases = [...read("Dockerfile").matchAll(/^FROM (\S+)/gm)].map(([, base]) => base ?? "");
    const stages = [...read("Dockerfile").matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage);
    const [base, ...others] = bases.filter((one) => !stages.includes(one));
    assert.match(base ?? "", /^oven\/bun:\$\{BUN_VERSION\}-slim$/);
    assert.deepEqual(others, []);
  });

  it("are commits for the actions of the CI workflow", () => {
    const actions = [...read(".github/workflows/ci.yml").matchAll(/uses: *(\S+)/g)];
    assert.ok(actions.length >= 3, "no action found in ci.yml");
    for (const [, action = ""] of actions) assert.match(action, /@[0-9a-f]{40}$/);
  });
});
