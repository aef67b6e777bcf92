/** Reads any YAML with the package yaml, which reports every error of a text. */
import { isAlias, isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { YamlNode } from "./yaml-node.ts";

export interface YamlError {
  readonly offset: number;
  readonly message: string;
}

export function nodesOfDocument(text: string): {
  readonly node: YamlNode;
  readonly errors: readonly YamlError[];
} {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false, version: "1.2" });
  const errors = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    offset: pos[0],
    message: message.replace(/; please use .*/, ""),
  }));
  return { node: nodeOf(errors.length > 0 ? null : document.contents), errors };
}

function nodeOf(node: unknown): YamlNode {
  if (isAlias(node)) return { kind: "alias", offset: node.range?.[0], name: node.source };
  if (isMap(node)) {
    return {
      kind: "map",
      offset: node.range?.[0],
      anchor: node.anchor,
      pairs: node.items.map(({ key, value }) => [nodeOf(key), nodeOf(value)]),
      isSet: node.tag === "tag:yaml.org,2002:set",
    };
  }
  if (isSeq(node)) {
    return { kind: "list", offset: node.range?.[0], anchor: node.anchor, items: node.items.map(nodeOf) };
  }
  if (isScalar(node)) {
    const { value, anchor, type, source = String(value) } = node;
    return { kind: "scalar", offset: node.range?.[0], anchor, value, source, isPlain: type === "PLAIN" };
  }
  return { kind: "empty", offset: undefined };
}
