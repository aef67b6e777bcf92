import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "@orders/stack";
import { manifestsOf, overlays } from "./manifests.ts";
import { builtInCheck, hasOperatorSchemas, moduleOf, operatorCheck } from "./schemas.ts";

const timeout = 120_000;

for (const overlay of overlays) {
  describe(`the overlay ${overlay}`, () => {
    it("has only objects that are valid under Kubernetes' schemas", { timeout }, async () => {
      let count = 0;
      for (const manifest of manifestsOf(overlay)) {
        const module = moduleOf(manifest);
        if (module === undefined) continue;
        count += 1;
        const check = await builtInCheck(module);
        assert.doesNotThrow(() => check(manifest), `${manifest.kind} ${manifest.metadata.name}`);
      }
      assert.ok(count > 20, `only ${count} objects were checked`);
    });

    const skip = !hasOperatorSchemas && "set KUBERNETES_CRDS to a folder with the operators' definitions";
    it("has only objects that are valid under the operators' schemas", { skip, timeout }, () => {
      const own = manifestsOf(overlay).filter((manifest) => moduleOf(manifest) === undefined);
      assert.ok(own.length > 10, `only ${own.length} objects were checked`);
      for (const manifest of own) {
        const what = `${manifest.apiVersion} ${manifest.kind}`;
        assert.doesNotThrow(() => operatorCheck(what)(manifest), `${what} ${manifest.metadata.name}`);
        const misspelt = { ...manifest, spec: { ...manifest.spec, instancez: 3 } };
        assert.throws(() => operatorCheck(what)(misspelt), /must NOT have additional properties/, what);
      }
    });
  });
}

describe("the types of Kubernetes", () => {
  it("have every field of the objects: the API server would drop an unknown one", {
    timeout,
  }, () => {
    const folder = join(root, "tests/kubernetes/.types");
    mkdirSync(folder, { recursive: true });
    try {
      const lines = overlays.flatMap(manifestsOf).flatMap((manifest) => {
        const module = moduleOf(manifest);
        const type = `import("${module}").I${manifest.kind}`;
        return module === undefined ? [] : [`void (${JSON.stringify(manifest)} satisfies ${type});`];
      });
      // Proves that the compiler checks: it would report a directive without an error. `rule` should be `rules`.
      const ingress = (spec: string) =>
        `void ({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "x" }, spec: ${spec} } satisfies import("kubernetes-models/networking.k8s.io/v1/Ingress").IIngress);`;
      const samples = [ingress("{ rules: [] }"), "// @ts-expect-error", ingress("{ rule: [] }")];
      const text = [...lines, ...samples, "export {};", ""].join("\n");
      writeFileSync(join(folder, "manifests.ts"), text);
      assert.equal(typeErrors(folder), "");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function typeErrors(folder: string): string {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const options = [
    "--noEmit",
    "--ignoreConfig",
    "--strict",
    "--skipLibCheck",
    "--singleThreaded",
    "--module",
    "nodenext",
    "--types",
    "",
  ];
  try {
    return execFileSync(process.execPath, [compiler, ...options, join(folder, "manifests.ts")], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
    });
  } catch (error) {
    if (error instanceof Error && "stdout" in error) return String(error.stdout);
    throw error;
  }
}
