/** A message's route, AMQP properties and headers as the flat metadata of a pact, and back. */
import type { Metadata as PactMetadata } from "@pact-foundation/pact";
import { directReplyTo, type encodeOutboxMessage } from "@rabbit-contract/messaging/testing";
import type { ConsumeMessage } from "amqplib";

/** Properties by their names in amqplib; a header `h` is `headers.h`. */
export type Metadata = Readonly<Record<string, unknown>>;

/** A header `h` of a message is `headers.h` in a pact's metadata. */
export const headerPrefix = "headers.";

/** Named JSON Schemas of what every consumer reads besides payload and headers. */
export const propertySchemas = {
  Properties: {
    type: "object",
    required: ["messageId", "correlationId", "timestamp"],
    properties: {
      messageId: { type: "string", pattern: "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$" },
      correlationId: { type: "string", pattern: "^.+$" },
      timestamp: { type: "integer" },
    },
  },
};

export type Publication = ReturnType<typeof encodeOutboxMessage>;

/** A message that is about to be published, as Pact's verifier takes it. */
export function verifiedMessage(publication: Publication) {
  const message: unknown = JSON.parse(publication.content.toString());
  return { __pactMessageMetadata: metadataOf(publication), message };
}

/** The metadata of a message that is about to be published. */
export function metadataOf(publication: Publication): Metadata {
  const { exchange, routingKey, properties } = publication;
  const { headers, mandatory, ...rest } = properties;
  return { exchange, routingKey, ...rest, ...prefixed(headers ?? {}) };
}

/** The message as the broker would deliver it. */
export function messageOf(metadata: Metadata, payload: unknown): ConsumeMessage {
  const { exchange, routingKey, ...rest } = metadata;
  const properties = Object.entries(rest).filter(([name]) => !name.startsWith(headerPrefix));
  return {
    content: Buffer.from(JSON.stringify(payload)),
    fields: {
      exchange: String(exchange),
      routingKey: String(routingKey),
      consumerTag: "contract-test",
      deliveryTag: 1,
      redelivered: false,
    },
    properties: {
      ...noProperties,
      ...Object.fromEntries(properties),
      ...(metadata.replyTo === directReplyTo && { replyTo: `${directReplyTo}.contract-test` }),
      headers: headersOf(metadata),
    },
  };
}

export function headersOf(metadata: Metadata): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([name, value]) =>
      name.startsWith(headerPrefix) ? [[name.slice(headerPrefix.length), value]] : [],
    ),
  );
}

/** Pact's own type allows only strings; its library keeps numbers, which AMQP has too. */
export function forPact(metadata: Metadata): PactMetadata {
  return JSON.parse(JSON.stringify(metadata));
}

function prefixed(headers: object): Metadata {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [headerPrefix + name, value]));
}

const noProperties: ConsumeMessage["properties"] = {
  contentType: undefined,
  contentEncoding: undefined,
  headers: undefined,
  deliveryMode: undefined,
  priority: undefined,
  correlationId: undefined,
  replyTo: undefined,
  expiration: undefined,
  messageId: undefined,
  timestamp: undefined,
  type: undefined,
  userId: undefined,
  appId: undefined,
  clusterId: undefined,
};
