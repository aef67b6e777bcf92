/** A contract as one side of a comparison. */
import type { Contract, Message, Queue } from "../contract.ts";
import { type SchemaValues, schemaValues } from "./schema-values.ts";

export interface Side extends SchemaValues {
  readonly contract: Contract;
}

export function sideOf(contract: Contract): Side {
  return { contract, ...schemaValues(contract.schemas) };
}
/** What distinguishes messages on the wire: the AMQP type and the schema-version. */
export function identity({ name, schemaVersion }: Message): string {
  return schemaVersion === undefined ? name : `${name} version ${schemaVersion}`;
}

/** The subject of a sentence about a version of a message. */
export function versionOf({ schemaVersion }: Message): string {
  return schemaVersion === undefined ? "it" : `version ${schemaVersion}`;
}

export function sameMessage(message: Message, { messages }: Contract): Message | undefined {
  return messages.find((candidate) => identity(candidate) === identity(message));
}

/** Messages that both contracts have, by what is on the wire. */
export function sameMessages(old: Contract, now: Contract): [before: Message, message: Message][] {
  return now.messages.flatMap((message): [Message, Message][] => {
    const before = sameMessage(message, old);
    return before ? [[before, message]] : [];
  });
}

/** Services that get `message` from a queue or in reply to a request. */
export function consumersOf(message: Message, { receives, sends }: Contract): string[] {
  return servicesOf(message, receives, sends);
}

/** Services that send `message`, or answer a request with it. */
export function producersOf(message: Message, { receives, sends }: Contract): string[] {
  return servicesOf(message, sends, receives);
}

interface Operation {
  readonly service: string;
  readonly messages: readonly Message[];
  readonly reply: Message | undefined;
}

function servicesOf(message: Message, direct: readonly Operation[], replied: readonly Operation[]): string[] {
  const operations = [
    ...direct.filter(({ messages }) => messages.includes(message)),
    ...replied.filter(({ reply }) => reply === message),
  ];
  return distinct(operations.map(({ service }) => service));
}

/** The service that consumes a queue; "" for a dead-letter queue. */
export function consumerOf(queue: Queue, { receives }: Contract): string {
  return receives.find((operation) => operation.queue === queue)?.service ?? "";
}

export function distinct<Item>(items: readonly Item[]): Item[] {
  return [...new Set(items)];
}
