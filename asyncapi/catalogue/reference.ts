/** The page that AsyncAPI's own template makes of the contract. */
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Contract } from "../contract.ts";
import { pages } from "./links.ts";

const require = createRequire(import.meta.url);

/**
 * The package ships its template compiled, but asks for React by an absolute path of the machine that compiled
 * it. Bun is told where that file really is; compiling the template anew would take ten times as long.
 */
function resolveReactOfCompiledTemplate(): void {
  const react = createRequire(require.resolve("@asyncapi/generator-react-sdk")).resolve("react/jsx-runtime");
  Bun.plugin({
    name: "react-of-compiled-template",
    setup(build) {
      build.onResolve({ filter: /react-jsx-runtime\.production\.min\.js$/ }, () => ({ path: react }));
    },
  });
}

/** Writes the page into `folder`; it opens from disk and asks no other host for anything. */
export async function buildReference(contract: Contract, folder: string): Promise<void> {
  const { default: Generator } = await import("@asyncapi/generator");
  const template = dirname(fileURLToPath(import.meta.resolve("@asyncapi/html-template/package.json")));
  resolveReactOfCompiledTemplate();
  const generator = new Generator(template, folder, {
    forceWrite: true,
    compile: false,
    templateParams: { singleFile: "true", outFilename: pages.reference },
  });
  await generator.generateFromString(contract.source.text);
}
