/** The text of each generated file. The templates beside it only name the files. */
import type { Contract } from "../../contract.ts";
import { buildContract } from "../../read-contract.ts";
import { Source } from "../../source.ts";

export { definitionsFile } from "./definitions.ts";
export { messagesFile } from "./messages.ts";
export { serviceFile } from "./service.ts";
export { topologyFile } from "./topology.ts";

/** @param text the document, known to be valid; @param file what the generated files say they come from */
export function contractOf(text: string, file: string): Contract {
  return buildContract(new Source(file, text));
}
