/** Building blocks of generated TypeScript files. */
import { basename } from "node:path";
import manifest from "../../../package.json" with { type: "json" };
import type { Contract } from "../../contract.ts";
import { bannerStart } from "../../output.ts";
import { comment } from "../../schema/source-text.ts";
import type { Place } from "../../source.ts";

export const runtimeModule = "@rabbit-contract/messaging";

/** Marks a file as generated, with the tool and the source. */
export function bannerText(contract: Contract): string {
  return `${bannerStart}${manifest.version} from ${basename(contract.source.file)}, version ${contract.version}.`;
}

export function banner(contract: Contract): string[] {
  return [
    `// ${bannerText(contract)}`,
    "// Do not edit: change the contract and run `rabbit-contract generate`.",
  ];
}

/** A doc comment that says where in the contract the symbol after it comes from. */
export function documentation(text: string | undefined, place: Place): string[] {
  return comment(`${text ?? ""}\n\n@generated from ${origin(place)}`);
}

/** Joins the contract's descriptions of two parts that belong together. */
export function sentences(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join(" ");
}

/** The pointer into the document, which is named as any reader of the folder would. */
export function origin({ file, pointer }: Place): string {
  return `${basename(file)}#${pointer}`;
}

/** The import of `name` under a name that is not `taken`: no name that a contract gives has an underscore. */
export function imported(
  name: string,
  taken: readonly string[],
): { readonly name: string; readonly clause: string } {
  return taken.includes(name) ? { name: `${name}_`, clause: `${name} as ${name}_` } : { name, clause: name };
}

export function file(lines: readonly string[]): string {
  return [...lines, ""].join("\n");
}
