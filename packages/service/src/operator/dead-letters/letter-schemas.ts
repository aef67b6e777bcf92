/** How dead letters look over REST, and how they are selected. */

import { deadLetterKinds } from "@rabbit-contract/messaging";
import { Type } from "@sinclair/typebox";
import { pageOf, pageParameters } from "../../http/pagination.ts";
import { closed, dateTime, integerParameter, oneOf } from "../../http/schema.ts";

/** For examples. */
export const id = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

export const Id = Type.String({
  pattern: "^[\\w.:-]{1,128}$",
  description: "Identifies it: its AMQP message_id; for a message without one, `sha256:` and a digest",
  examples: [id],
});
export const Reason = oneOf(deadLetterKinds, {
  description:
    "Why it was dead-lettered: content that is not JSON, a violation of its schema, a type or version that the queue does " +
    "not accept, a permanent failure, a transient one that lasted through every retry, a message that crashed its " +
    "consumer three times; or something else, such as the broker",
  examples: ["retries-exhausted"],
});
const Attempts = Type.Integer({ minimum: 0, description: "Attempts that failed" });

const letter = {
  queue: Type.String({
    description: "The queue whose consumer dead-lettered it, or the outbox that it is parked in",
  }),
  id: Id,
  messageId: Type.Optional(Type.String({ description: "The AMQP property as it arrived" })),
  type: Type.Optional(Type.String()),
  reason: Reason,
  failureReason: Type.Optional(Type.String({ description: "Error of the last attempt" })),
  attempts: Attempts,
  firstFailedAt: Type.Optional(dateTime()),
  deadLetteredAt: Type.Optional(dateTime()),
  publishedAt: Type.Optional(dateTime("When its producer created it, to the second")),
  producer: Type.Optional(Type.String({ description: "The service that published it" })),
  correlationId: Type.Optional(Type.String({ description: "What the message is about" })),
  causationId: Type.Optional(Type.String({ description: "Id of the message that caused it" })),
  traceId: Type.Optional(Type.String({ description: "W3C trace" })),
  originalExchange: Type.Optional(Type.String()),
  originalRoutingKey: Type.Optional(Type.String()),
  contentBytes: Type.Integer({ minimum: 0 }),
};
const exampleLetter = {
  queue: "counter.answers",
  id,
  messageId: id,
  type: "parcel.stored",
  reason: "retries-exhausted" as const,
  failureReason: "Error: the parcel is unknown",
  attempts: 4,
  firstFailedAt: "2026-03-14T09:26:53.589Z",
  deadLetteredAt: "2026-03-14T09:28:04.700Z",
  publishedAt: "2026-03-14T09:26:53.000Z",
  producer: "depot",
  correlationId: "0199f3d2-5f0a-7d11-9c02-6b0f3a7e1c22",
  traceId,
  originalExchange: "depot",
  originalRoutingKey: "parcel.stored",
  contentBytes: 121,
};

export const Letter = Type.Object(letter, { description: "The dead letter", examples: [exampleLetter] });

const page = pageOf(Letter, "A page of dead letters");
export const LetterPage = Type.Object(
  {
    ...page.properties,
    queues: Type.Array(
      Type.Object({
        queue: Type.String(),
        messages: Type.Integer({ description: "Dead letters in it that no call holds" }),
        examined: Type.Integer({
          description: "How many of them this listing read: fewer than all when it reached its limits",
        }),
      }),
    ),
  },
  {
    description: "A page of dead letters",
    examples: [
      {
        items: [exampleLetter],
        next: null,
        queues: [{ queue: "counter.answers", messages: 1, examined: 1 }],
      },
    ],
  },
);

export const OpenedLetter = Type.Object(
  {
    ...letter,
    headers: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    content: Type.Object({
      encoding: Type.Union([Type.Literal("utf-8"), Type.Literal("base64")]),
      text: Type.String(),
      truncated: Type.Boolean({ description: "Only the first MiB is shown" }),
    }),
  },
  {
    description: "The dead letter with its content",
    examples: [
      {
        ...exampleLetter,
        headers: {
          "schema-version": 1,
          "retry-attempt": 4,
          traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
        },
        content: { encoding: "utf-8", text: '{"parcelId":"…"}', truncated: false },
      },
    ],
  },
);

const minAttempts = { minimum: 0, maximum: 1000, description: "Failed at least this many times" };
const olderThanSeconds = {
  minimum: 0,
  maximum: 1_000_000_000,
  description: "Dead-lettered at least this long ago; one without that time does not match",
};
const textFilter = {
  reason: Type.Optional(Reason),
  failureReason: Type.Optional(
    Type.String({ minLength: 1, maxLength: 500, description: "Part of its error, case-insensitive" }),
  ),
  type: Type.Optional(Type.String({ minLength: 1, maxLength: 255, examples: ["parcel.stored"] })),
  traceId: Type.Optional(Type.String({ pattern: "^[0-9a-f]{32}$", examples: [traceId] })),
  correlationId: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
};
/** In a body. */
export const filter = {
  ...textFilter,
  minAttempts: Type.Optional(Type.Integer(minAttempts)),
  olderThanSeconds: Type.Optional(Type.Integer(olderThanSeconds)),
};
export const MessageId = Type.String({
  minLength: 1,
  maxLength: 255,
  description: "Its id, or its AMQP message_id; selects all copies",
  examples: [id],
});

/** Names of the service's queues. */
export function queueName(queues: readonly string[]) {
  return oneOf(queues, { description: "A queue that this service consumes, or its outbox" });
}

export const ListQuery = (queues: readonly string[]) =>
  closed({
    queue: Type.Optional(queueName(queues)),
    ...textFilter,
    minAttempts: Type.Optional(integerParameter(minAttempts)),
    olderThanSeconds: Type.Optional(integerParameter(olderThanSeconds)),
    messageId: Type.Optional(MessageId),
    ...pageParameters,
  });

export const LetterPath = (queues: readonly string[]) => closed({ queue: queueName(queues), messageId: Id });
