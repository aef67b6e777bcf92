/** A document, with the files that it refers to, as one JSON value with the place of every node. */
import { createRequire } from "node:module";
import type * as Yaml from "yaml";
import { ContractError, type Finding, inOrder, type Place } from "./finding.ts";
import { isObject, type JsonObject, type JsonValue } from "./json.ts";
import { asyncApiProblems } from "./reading/asyncapi-schema.ts";
import { bundle } from "./reading/bundle.ts";
import { converted, isVersion2 } from "./reading/convert.ts";
import { localFiles, type ReadText, readText } from "./reading/files.ts";
import { releaseMemoryAfter } from "./reading/garbage.ts";
import type { Origins } from "./reading/origins.ts";
import { withoutTraits } from "./reading/traits.ts";
import { type Node, Tree } from "./reading/tree.ts";
import { readYaml } from "./reading/yaml.ts";

export type { Place } from "./finding.ts";
export {
  isObject,
  type JsonObject,
  type JsonValue,
  list,
  mapping,
  pointerOf,
  segmentsOf,
} from "./json.ts";

export class Source {
  readonly file: string;
  /**
   * As written; for a document of several files or of AsyncAPI 2, the single AsyncAPI 3 document that it was converted
   * to.
   */
  readonly text: string;
  /** In one file and of AsyncAPI 3, with its traits. */
  readonly written: JsonObject;
  /** With the traits merged in. */
  readonly root: JsonObject;
  /** Remarks on how the document was read. */
  readonly notes: readonly Finding[];
  /** Broken references, and values that are not JSON. Only a draft has any. */
  readonly unread: readonly Finding[];
  readonly #written: Tree;
  readonly #tree: Tree;

  /**
   * @param read gives the files that the document refers to
   * @param isDraft keeps what can be read of a document that has findings
   * @throws ContractError with all findings about the YAML and the references, and about AsyncAPI 2
   */
  constructor(file: string, text: string, read: ReadText = localFiles(file), isDraft = false) {
    const origins: Origins = new WeakMap();
    const { value, findings } = readYaml(file, text, origins);
    releaseMemoryAfter(text);
    if (!isObject(value)) throw new ContractError(findings.length > 0 ? findings : [noMapping(file, text)]);
    const { root, isComposed, notes, findings: broken } = bundle(file, value, read, origins);
    this.unread = inOrder([...findings, ...broken], file);
    const isOld = isVersion2(root);
    if (this.unread.length > 0 && !(isDraft && !isOld)) {
      throw new ContractError(inOrder([...this.unread, ...(isOld ? problemsOf2(root, origins) : [])], file));
    }
    const modern = isOld ? modernized(root, origins) : undefined;
    this.file = file;
    this.written = modern?.root ?? root;
    this.root = withoutTraits(this.written, origins);
    this.notes = [...inOrder(notes, file), ...(modern?.notes ?? [])];
    this.text = isComposed || modern ? textOf(this.written) : text;
    this.#written = new Tree(this.written, origins);
    this.#tree = new Tree(this.root, origins);
  }

  static read(file: string): Source {
    return new Source(file, readText(file));
  }

  /** The place of `pointer`, references followed on the way; or of its nearest ancestor that exists. */
  place(pointer: string): Place {
    const here = this.#tree.line(pointer);
    const written = this.root === this.written ? here : this.#written.line(pointer);
    const { file, line } = written.depth > here.depth ? written : here;
    return { file: file || this.file, line, pointer };
  }

  /** The value at `pointer`, references followed on the way but not at its end. */
  at(pointer: string): JsonValue | undefined {
    return this.#tree.find(pointer).value;
  }

  /** The value at `pointer`, references followed, and where it is. */
  resolve(pointer: string): Node {
    return this.#tree.followed(this.#tree.find(pointer));
  }

  /** The same for a key or index of a node that `resolve` or `child` returned. */
  child(node: Node, key: string): Node {
    return this.#tree.child(node, key);
  }
}

const require = createRequire(import.meta.url);

/** Loaded on demand: most documents are in one file, and need no YAML writer. */
function textOf(root: JsonObject): string {
  const { stringify }: typeof Yaml = require("yaml");
  return stringify(root, { aliasDuplicateObjects: false });
}

/** Converts a document of AsyncAPI 2 to AsyncAPI 3. */
function modernized(root: JsonObject, origins: Origins): { root: JsonObject; notes: readonly Finding[] } {
  const tree = new Tree(root, origins);
  const problems = problemsOf2(root, origins);
  if (problems.length > 0) throw new ContractError(problems);
  const { root: modern, lost } = converted(withoutTraits(root, origins), origins);
  const note: Finding = {
    rule: "asyncapi-2",
    ...tree.line("/asyncapi"),
    pointer: "/asyncapi",
    message: `AsyncAPI ${root.asyncapi} is read as 3.0.0: its publish operations receive, its subscribe operations send`,
    fix: "write it as AsyncAPI 3, e.g. with the AsyncAPI CLI: asyncapi convert",
  };
  return { root: modern, notes: [note, ...lost] };
}

function problemsOf2(root: JsonObject, origins: Origins): Finding[] {
  const tree = new Tree(root, origins);
  return asyncApiProblems(root).map(({ pointer, message, fix }) => ({
    rule: "asyncapi",
    ...tree.line(pointer),
    pointer,
    message,
    fix: fix ?? `see https://v2.asyncapi.com/docs/reference/specification/v${root.asyncapi}`,
  }));
}

function noMapping(file: string, text: string): Finding {
  return {
    rule: "yaml",
    file,
    line: 1,
    pointer: "",
    message: text.trim() === "" ? "the document is empty" : "the document is not a mapping",
    fix: 'begin it with "asyncapi: 3.1.0"',
  };
}
