/** A cursor on a document: each step follows references, and a value of another type counts as absent. */
import { type JsonObject, type JsonValue, list, mapping, type Place, type Source } from "../source.ts";

export class Node {
  readonly source: Source;
  /** The place of the value itself, after following all references. */
  readonly pointer: string;
  readonly value: JsonValue | undefined;

  constructor(source: Source, pointer: string, target = source.resolve(pointer)) {
    this.source = source;
    this.pointer = target.pointer;
    this.value = target.value;
  }

  get exists(): boolean {
    return this.value !== undefined;
  }

  get place(): Place {
    return this.source.place(this.pointer);
  }

  get object(): JsonObject {
    return mapping(this.value);
  }

  at(...keys: readonly (string | number)[]): Node {
    return keys.reduce<Node>((node, key) => {
      const child = node.source.child(node, String(key));
      return new Node(node.source, child.pointer, child);
    }, this);
  }

  /** The members of a mapping. */
  entries(): [key: string, node: Node][] {
    return Object.keys(this.object).map((key) => [key, this.at(key)]);
  }

  /** The items of a list. */
  items(): Node[] {
    return [...list(this.value).keys()].map((index) => this.at(index));
  }

  text(key: string): string | undefined {
    const value = this.at(key).value;
    return typeof value === "string" ? value : undefined;
  }

  number(key: string): number | undefined {
    const value = this.at(key).value;
    return typeof value === "number" ? value : undefined;
  }

  flag(key: string): boolean | undefined {
    const value = this.at(key).value;
    return typeof value === "boolean" ? value : undefined;
  }

  /** Its summary, else its description, else its title. */
  about(): string | undefined {
    return this.text("summary") ?? this.text("description") ?? this.text("title");
  }
}
