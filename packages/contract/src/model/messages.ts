/** Messages, with names for what the document leaves unnamed. */
import { isDeepStrictEqual } from "node:util";
import type { Message } from "../contract.ts";
import { camelCase, freeName, pascalCase } from "../schema/names.ts";
import { segmentsOf } from "../source.ts";
import type { ModelFindings } from "./findings.ts";
import { fixedHeadersOf, Headers, schemaVersionOf } from "./headers.ts";
import type { Node } from "./node.ts";
import type { SchemaNames } from "./schemas.ts";

interface Declared {
  readonly message: Message;
  readonly value: unknown;
}

/** What the author calls a message; @asyncapi/converter invents a key for an inline one of AsyncAPI 2. */
function givenName(key: string, node: Node, channel: string): string {
  if (!/\.message(\.\d+)?$/.test(key)) return key;
  const name = node.text("name");
  const title = node.text("title");
  if (name !== undefined) return name;
  if (title !== undefined && /^[\x20-\x7e]*[A-Za-z][\x20-\x7e]*$/.test(title)) return title;
  return /^(publish|subscribe)\./.test(key) ? channel : key;
}

export class Messages {
  readonly #byPointer = new Map<string, Message>();
  readonly #byKey = new Map<string, Message>();
  /** By what the author calls them, since a channel's key may appear in another one as well. */
  readonly #declared = new Map<string, readonly Declared[]>();
  readonly #schemas: SchemaNames;
  readonly #headers: Headers;
  readonly #findings: ModelFindings;

  constructor(document: Node, schemas: SchemaNames, findings: ModelFindings) {
    this.#schemas = schemas;
    this.#headers = new Headers(schemas);
    this.#findings = findings;
    for (const [key, node] of document.at("components", "messages").entries())
      this.#read(key, node, "components");
    for (const [channel, node] of document.at("channels").entries()) {
      for (const [key, message] of node.at("messages").entries()) this.#read(key, message, channel);
    }
  }

  /** In the order of the document, inline ones last. */
  get all(): Message[] {
    return [...this.#byKey.values()];
  }

  /** The messages of a channel. */
  ofChannel(channel: Node): Message[] {
    return this.#known(
      channel
        .at("messages")
        .entries()
        .map(([, node]) => node),
    );
  }

  /** The messages of an operation: those that it names, or all of its channel. */
  ofOperation(operation: Node): Message[] {
    const named = operation.at("messages");
    return named.exists ? this.#known(named.items()) : this.ofChannel(operation.at("channel"));
  }

  /** The reply to the messages of an operation; a rule ensures that there is only one. */
  ofReply(operation: Node): Message | undefined {
    const reply = operation.at("reply");
    if (!reply.exists) return undefined;
    const named = reply.at("messages");
    return (named.exists ? this.#known(named.items()) : this.ofChannel(reply.at("channel")))[0];
  }

  #known(nodes: readonly Node[]): Message[] {
    const messages = nodes.flatMap((node) => {
      const message = this.#byPointer.get(node.pointer);
      if (!message) {
        this.#findings.add(
          node,
          "is not a message of the document",
          "refer to a message of the operation's channel, or to one under components/messages",
        );
      }
      return message ?? [];
    });
    return [...new Set(messages)];
  }

  #read(key: string, node: Node, channel: string): void {
    if (this.#byPointer.has(node.pointer)) return;
    const given = givenName(key, node, channel);
    const others = this.#declared.get(given) ?? [];
    // A message that is written out in each of its channels or operations is one message.
    const same = others.find(({ value }) => isDeepStrictEqual(value, node.value));
    if (same) {
      this.#byPointer.set(node.pointer, same.message);
      return;
    }
    const short = camelCase(given);
    const isTaken = (name: string) => this.#byKey.has(name);
    const name = isTaken(short) ? freeName(camelCase(`${channel} ${key}`), isTaken) : short;
    const message = this.#message(name, given === key ? key : name, node);
    this.#byPointer.set(node.pointer, message);
    this.#byKey.set(name, message);
    this.#declared.set(given, [...others, { message, value: node.value }]);
  }

  #message(key: string, declared: string, node: Node): Message {
    const { schemas } = this.#schemas;
    const payload = this.#schemas.nameOf(node.at("payload"), pascalCase(key));
    const headers = this.#headers.nameOf(node.at("headers"), `${pascalCase(key)}Headers`);
    return {
      key,
      name: node.text("name") ?? declared,
      summary: node.about(),
      payload,
      headers,
      schemaVersion: schemaVersionOf(schemas[headers] ?? {}, schemas),
      fixedHeaders: fixedHeadersOf(schemas[headers] ?? {}, schemas),
      correlationId: this.#correlationId(node.at("correlationId")),
      examples: node
        .at("examples")
        .items()
        .map((example, index) => ({
          name: example.text("name") ?? `example ${index + 1}`,
          payload: example.at("payload").value,
          headers: example.at("headers").value,
          place: example.place,
        })),
      place: node.place,
    };
  }

  #correlationId(node: Node): Message["correlationId"] {
    if (!node.exists) return undefined;
    const location = /^\$message\.(payload|header)#(\/.+)$/.exec(node.text("location") ?? "");
    const [, part, path] = location ?? [];
    if (path === undefined) {
      this.#findings.add(
        node,
        "must have a location in the payload or a header",
        'write the location as "$message.payload#/id" or "$message.header#/id"',
      );
      return undefined;
    }
    return {
      part: part === "header" ? "headers" : "payload",
      path: segmentsOf(path),
      place: node.place,
    };
  }
}
