/** Findings that the document itself accepts for a while. */
import type { Exception } from "../contract.ts";
import type { Node } from "./node.ts";

export function exceptionsOf(document: Node): Exception[] {
  return document
    .at("x-rabbitmq", "exceptions")
    .items()
    .map((node) => ({
      rule: node.text("rule") ?? "",
      at: node.text("at") ?? "",
      reason: node.text("reason") ?? "",
      until: node.text("until") ?? "",
      place: node.place,
    }));
}
