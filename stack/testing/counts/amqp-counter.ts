/** Counts what a client and RabbitMQ send each other, by reading their connections. */
import type { TcpProxy } from "@rabbit-contract/messaging/testing";
import { Packets } from "./packets.ts";

/** What a frame belongs to: a published message, a delivered one, or one for connection and topology. */
export type Purpose = "publish" | "consume" | "other";

export interface CountedFrames {
  readonly frames: number;
  /** Portions in which either side wrote: TCP segments, unless the network joins them. */
  readonly segments: number;
  /** The broker's `basic.ack`, each for one message or several. */
  readonly confirms: number;
  /** The client's `basic.ack`, each for one message or several. */
  readonly acks: number;
}

type Counted = { -readonly [Key in keyof CountedFrames]: number };
const [publish, deliver, ack] = ["60.40", "60.60", "60.80"];
const protocolHeader = Buffer.from("AMQP", "latin1");

export class AmqpCounter {
  readonly #counts = new Map<Purpose, Counted>();

  constructor(proxy: TcpProxy) {
    const directions = new Map<string, Packets>();
    let inPortion: Frame[] = [];
    proxy.tap = (from, bytes, connection) => {
      const key = `${connection} ${from}`;
      const packets =
        directions.get(key) ?? new Packets(lengthOf, (bytes) => inPortion.push(frameOf(from, bytes)));
      directions.set(key, packets);
      packets.push(bytes);
      for (const { purpose, isAck } of inPortion) {
        const counts = this.#of(purpose);
        counts.frames++;
        if (isAck) counts[purpose === "publish" ? "confirms" : "acks"]++;
      }
      const [first] = inPortion;
      if (first) this.#of(first.purpose).segments++;
      inPortion = [];
    };
  }

  /** What was sent since the last call. */
  take(): ReadonlyMap<Purpose, CountedFrames> {
    const taken = new Map(this.#counts);
    this.#counts.clear();
    return taken;
  }

  #of(purpose: Purpose): Counted {
    const counts = this.#counts.get(purpose) ?? { frames: 0, segments: 0, confirms: 0, acks: 0 };
    this.#counts.set(purpose, counts);
    return counts;
  }
}

interface Frame {
  readonly purpose: Purpose;
  readonly isAck: boolean;
}

function frameOf(from: "client" | "server", bytes: Buffer): Frame {
  const [outgoing, incoming]: Purpose[] = from === "client" ? ["publish", "consume"] : ["consume", "publish"];
  const purpose = outgoing ?? "other";
  // The header or the body of a message.
  if (bytes[0] === 2 || bytes[0] === 3) return { purpose, isAck: false };
  const method = bytes[0] === 1 ? `${bytes.readUInt16BE(7)}.${bytes.readUInt16BE(9)}` : "";
  if (method === ack) return { purpose: incoming ?? "other", isAck: true };
  return { purpose: method === publish || method === deliver ? purpose : "other", isAck: false };
}

function lengthOf(bytes: Buffer): number | undefined {
  if (bytes.length < 8) return undefined;
  return bytes.subarray(0, 4).equals(protocolHeader) ? 8 : 8 + bytes.readUInt32BE(3);
}
