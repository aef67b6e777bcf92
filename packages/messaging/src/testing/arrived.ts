import type { ConsumeMessage } from "amqplib";

/** A valid message as amqplib delivers it, with overrides. */
export function arrived({
  content = '{"name":"one"}',
  properties = {},
  fields = {},
}: {
  content?: string | Buffer;
  properties?: Partial<ConsumeMessage["properties"]>;
  fields?: Partial<ConsumeMessage["fields"]>;
} = {}): ConsumeMessage {
  return {
    content: Buffer.from(content),
    fields: {
      consumerTag: "tag",
      deliveryTag: 1,
      redelivered: false,
      exchange: "shop",
      routingKey: "job.added",
      ...fields,
    },
    properties: {
      contentType: "application/json",
      contentEncoding: "utf-8",
      headers: { "schema-version": 1 },
      deliveryMode: 2,
      priority: undefined,
      correlationId: "c-1",
      replyTo: undefined,
      expiration: undefined,
      messageId: "019a4f2e-7b12-7d90-b1c4-0a5e7f3d2c11",
      timestamp: 1_770_000_000,
      type: "job.added",
      userId: undefined,
      appId: "shop",
      clusterId: undefined,
      ...properties,
    },
  };
}
