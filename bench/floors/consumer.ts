/** Consumes and acks with bare amqplib: one ack for all messages of a packet. It does nothing else, unless `read` does. */
import type { ChannelModel, ConsumeMessage } from "amqplib";

/** Resolves once this many messages of the queue are acked. */
export async function consumeBare(
  model: ChannelModel,
  queue: string,
  prefetch: number,
  count: number,
  read: (message: ConsumeMessage) => void = () => {},
): Promise<void> {
  const channel = await model.createChannel();
  await channel.prefetch(prefetch);
  await new Promise<void>((resolve) => {
    let seen = 0;
    let last: ConsumeMessage | undefined;
    const acknowledge = () => {
      if (last) channel.ack(last, true);
      last = undefined;
      if (seen === count) resolve();
    };
    void channel.consume(queue, (message) => {
      if (!message) return;
      if (!last) setImmediate(acknowledge);
      read(message);
      seen++;
      last = message;
    });
  });
  await channel.close();
}
