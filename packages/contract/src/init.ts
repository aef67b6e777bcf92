/** What a document contains, and what the tools assume where it leaves something out. */
import { parseDocument } from "yaml";
import type { Contract, Queue } from "./contract.ts";
import { counted, listed } from "./listed.ts";
import { Node } from "./model/node.ts";
import { bindingOf } from "./model/routes.ts";
import { type JsonValue, type Source, segmentsOf } from "./source.ts";

/** A setting that the document omits, and the assumed value. */
export interface Guess {
  /** Its path in the document. */
  readonly path: readonly string[];
  readonly value: JsonValue;
  /** In words. */
  readonly about: string;
}

/** One line for each kind of thing that was found. */
export function partsOf({ source, services, exchanges, queues, messages }: Contract): string[] {
  const servers = Object.values(new Node(source, "/servers").object);
  const protocols = servers.flatMap((server) =>
    typeof server === "object" && server !== null && "protocol" in server ? [String(server.protocol)] : [],
  );
  return [
    `AsyncAPI ${source.root.asyncapi}${protocols.length > 0 ? `, for ${listed([...new Set(protocols)])}` : ""}`,
    named("service", services),
    named(
      "exchange",
      exchanges.map(({ name, type }) => ({ name: `${name || "the default exchange"} (${type})` })),
    ),
    named("queue", queues),
    named("message", messages),
  ];
}

function named(noun: string, all: readonly { readonly name: string }[]): string {
  const names = all.slice(0, 12).map(({ name }) => name);
  const more = all.length - names.length;
  const shown = more > 0 ? [...names, `${more} more`] : names;
  return `${counted(all.length, noun)}${names.length > 0 ? `: ${listed(shown)}` : ""}`;
}

/** Only assumptions that a team may want to change; the rest are documented defaults. */
export function guessesOf(contract: Contract): Guess[] {
  const { source, services, receives } = contract;
  const guesses: Guess[] = [];
  if (source.at("/x-rabbitmq/services") === undefined) {
    for (const { name } of services)
      guesses.push({
        path: ["x-rabbitmq", "services", name],
        value: {},
        about: `service ${name}: ${isNamed(source, name) ? "its operations name it" : "named after the title"}`,
      });
  }
  for (const queue of new Set(receives.map((receive) => receive.queue))) {
    const guess = bindingsOf(source, queue);
    if (guess) guesses.push(guess);
  }
  return guesses;
}

function isNamed(source: Source, service: string): boolean {
  return new Node(source, "/operations")
    .entries()
    .some(([, operation]) => operation.at("x-rabbitmq").text("service") === service);
}

/** The bindings of a queue, if the document leaves them to be derived from its messages. */
function bindingsOf(source: Source, queue: Queue): Guess | undefined {
  const { pointer, file } = queue.place;
  const channel = new Node(source, pointer);
  const isQueue = bindingOf(channel).text("is") === "queue";
  if (!isQueue || file !== source.file || channel.at("x-rabbitmq", "bindings").exists) return undefined;
  const keys = new Map<string, string[]>();
  for (const { exchange, routingKey } of queue.bindings)
    keys.set(exchange, [...(keys.get(exchange) ?? []), routingKey]);
  if (keys.size === 0) return undefined;
  const bindings = [...keys].map(([exchange, routingKeys]) => ({ exchange, routingKeys }));
  return {
    path: [...segmentsOf(pointer), "x-rabbitmq", "bindings"],
    value: bindings,
    about: `queue ${queue.name}: bound to ${listed(bindings.map(({ exchange, routingKeys }) => `${exchange} with ${listed(routingKeys)}`))}, where its messages are sent`,
  };
}

/** The text of a document with the guesses written into it; comments and order are kept. */
export function withGuesses(text: string, guesses: readonly Guess[]): string {
  const document = parseDocument(text);
  const versioned = document.getIn(["x-rabbitmq", "version"]) !== undefined;
  if (guesses.length > 0 && !versioned) document.setIn(["x-rabbitmq", "version"], 1);
  for (const { path, value } of guesses) document.setIn(path, document.createNode(value));
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}
