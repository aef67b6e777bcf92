/**
 * Preloaded into a service's process. From SIGUSR2 on it records when each message arrives and how late the event loop
 * is, and when the process ends it writes both to a file in RECORDINGS.
 */
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { ConsumeMessage } from "amqplib";

export interface Recording {
  /** By message id, in milliseconds since 1970. */
  readonly arrivals: readonly (readonly [id: string, at: number])[];
  /** How late timers are, in milliseconds. */
  readonly eventLoop: { readonly p50: number; readonly p99: number; readonly longest: number };
}

interface Channels {
  readonly BaseChannel: { readonly prototype: { handleDelivery(message: ConsumeMessage): unknown } };
}

/** The service's own copy of amqplib, which may be that of another tree of sources. */
function channelsOf(program: string): Channels {
  const messaging = createRequire(program).resolve("@rabbit-contract/messaging");
  return createRequire(createRequire(messaging).resolve("amqplib"))("./lib/channel.js");
}

const { RECORDINGS = "" } = process.env;
const milliseconds = 1e-6;
const arrivals = new Map<string, number>();
const delays = monitorEventLoopDelay();
let recording = false;

const { prototype } = channelsOf(process.argv[1] ?? "").BaseChannel;
const { handleDelivery } = prototype;
prototype.handleDelivery = function (message) {
  if (recording) arrivals.set(message.properties.messageId, performance.timeOrigin + performance.now());
  return Reflect.apply(handleDelivery, this, [message]);
};

process.on("SIGUSR2", () => {
  recording = true;
  delays.enable();
});

process.on("exit", () => {
  const written: Recording = {
    arrivals: [...arrivals],
    eventLoop: {
      p50: delays.percentile(50) * milliseconds,
      p99: delays.percentile(99) * milliseconds,
      longest: delays.max * milliseconds,
    },
  };
  writeFileSync(join(RECORDINGS, `${process.pid}.json`), JSON.stringify(written));
});
