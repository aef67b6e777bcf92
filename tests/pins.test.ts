import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "@orders/stack";

describe("pinned versions", () => {
  const read = (file: string) => readFileSync(join(root, file), "utf8");
  const pinned = JSON.parse(read("package.json"));

  it("of Bun are the same on a developer's machine and in the images", () => {
    assert.equal(
      `bun@${read("Dockerfile").match(/^FROM oven\/bun:([\d.]+)-slim/m)?.[1]}`,
      pinned.packageManager,
    );
  });

  it("of maildev are the same for the package and the image", () => {
    const image = read("compose.yaml").match(/maildev\/maildev:([\d.]+)/)?.[1];
    assert.equal(image, pinned.workspaces.catalog.maildev);
  });

  it("of the base images are complete", () => {
    const bases = [...read("Dockerfile").matchAll(/^FROM (\S+)/gm)].map(([, base]) => base ?? "");
    const stages = [...read("Dockerfile").matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage);
    const [base = "", ...others] = bases.filter((one) => !stages.includes(one));
    assert.match(base, /^oven\/bun:\d+\.\d+\.\d+-slim(?:@sha256:[0-9a-f]{64})?$/);
    assert.deepEqual(others, []);
  });

  it("of the workflows' actions are commits", () => {
    const workflows = readdirSync(join(root, ".github/workflows"));
    assert.ok(workflows.length >= 2, "no workflows found");
    for (const workflow of workflows) {
      const actions = [...read(`.github/workflows/${workflow}`).matchAll(/uses: *(\S+)/g)];
      assert.ok(actions.length > 0, `no action found in ${workflow}`);
      for (const [, action = ""] of actions) assert.match(action, /@[0-9a-f]{40}$/, workflow);
    }
  });
});
