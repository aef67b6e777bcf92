/** Collects everything that prevents a document from being read as a contract. */
import type { Finding } from "../finding.ts";
import { segmentsOf } from "../json.ts";
import type { Node } from "./node.ts";

export class ModelFindings {
  readonly all: Finding[] = [];

  /** @param message about `subject`, by default the key of the node */
  add(node: Node, message: string, fix: string, subject = `"${segmentsOf(node.pointer).at(-1)}"`): void {
    this.all.push({ rule: "contract-model", ...node.place, message: `${subject} ${message}`, fix });
  }
}
