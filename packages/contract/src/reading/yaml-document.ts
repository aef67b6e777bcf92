/** Reads any YAML with the package yaml, which reports every error in a text; few documents need it. */
import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import type { YamlNode } from "./yaml-node.ts";

export interface YamlError {
  readonly offset: number;
  readonly message: string;
}

const require = createRequire(import.meta.url);
const yaml = (): typeof Yaml => require("yaml");

export function nodesOfDocument(text: string): {
  readonly node: YamlNode;
  readonly errors: readonly YamlError[];
} {
  const document = yaml().parseDocument(text, { prettyErrors: false, uniqueKeys: false, version: "1.2" });
  const errors = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    offset: pos[0],
    message: message.replace(/; please use .*/, ""),
  }));
  return { node: nodeOf(errors.length > 0 ? null : document.contents, yaml()), errors };
}

function nodeOf(node: unknown, kinds: typeof Yaml): YamlNode {
  const { isAlias, isMap, isScalar, isSeq } = kinds;
  if (isAlias(node)) return { kind: "alias", offset: node.range?.[0], name: node.source };
  if (isMap(node)) {
    return {
      kind: "map",
      offset: node.range?.[0],
      anchor: node.anchor,
      pairs: node.items.map(({ key, value }) => [nodeOf(key, kinds), nodeOf(value, kinds)]),
      isSet: node.tag === "tag:yaml.org,2002:set",
    };
  }
  if (isSeq(node)) {
    const items = node.items.map((item) => nodeOf(item, kinds));
    return { kind: "list", offset: node.range?.[0], anchor: node.anchor, items };
  }
  if (isScalar(node)) {
    const { value, anchor, type, source = String(value) } = node;
    return { kind: "scalar", offset: node.range?.[0], anchor, value, source, isPlain: type === "PLAIN" };
  }
  return { kind: "empty", offset: undefined };
}
