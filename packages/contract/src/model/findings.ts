/** Collects everything that prevents a document from being read as a contract. */
import type { Finding } from "../finding.ts";
import type { Node } from "./node.ts";

export class ModelFindings {
  readonly all: Finding[] = [];

  add(node: Node, message: string, fix: string): void {
    this.all.push({ rule: "contract-model", ...node.place, message: `${node.pointer} ${message}`, fix });
  }
}
