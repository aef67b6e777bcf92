/** Faults of servers and of the network. */
import { setTimeout as delay } from "node:timers/promises";
import type { ServiceName } from "@orders/stack";
import type { Peer } from "@orders/stack/testing/network";
import { type Fault, networkOf } from "./fault.ts";
import type { Random } from "./random.ts";
import type { Stage } from "./scenario.ts";
import type { Server, Servers } from "./servers.ts";

/** @throws Error if the scenario's servers have no such part */
export function partOf<Name extends "standby" | "pooler" | "disk">(
  { servers }: Stage,
  name: Name,
): NonNullable<Servers[Name]> {
  const part = servers[name];
  if (part) return part;
  throw new Error(`this needs servers with a ${name}`);
}

/** Stopped cleanly or killed, and started again after this many milliseconds. */
export function serverAway(name: string, server: Server, how: "stop" | "kill", milliseconds = 0): Fault {
  return {
    name: `${name}: ${how}`,
    takes: [name],
    async run() {
      await server[how]();
      await delay(milliseconds);
      await server.start();
    },
  };
}

export function serverPaused(name: string, server: Server, seconds: number): Fault {
  return {
    name: `${name}: SIGSTOP for ${seconds} s`,
    takes: [name],
    async run() {
      server.pause();
      await delay(seconds * 1000);
      server.resume();
    },
  };
}

/** The primary is killed, the standby takes over, and the killed one becomes its standby. */
export function failover(stage: Stage): Fault {
  const standby = partOf(stage, "standby");
  return {
    name: "postgres: the standby takes over",
    takes: ["postgres"],
    run: () => standby.takeOver(),
    after: () => standby.rejoin(),
  };
}

type Moment = "at any moment" | "during a statement" | "before a commit" | "after a commit";

export const moments: readonly Moment[] = [
  "at any moment",
  "during a statement",
  "before a commit",
  "after a commit",
];

/** Every connection that is open now becomes half-open, each at its next such moment. */
export function halfOpen(
  { system }: Stage,
  service: ServiceName,
  peer: Peer,
  moment: Moment = "at any moment",
): Fault {
  const proxy = system.network.between(service, peer);
  return {
    name: `${service}: ${peer} connections half-open ${moment}`,
    takes: [networkOf(service)],
    services: [service],
    rest: 5_000,
    async run() {
      if (moment === "at any moment") return proxy.freeze();
      const last = proxy.accepted;
      proxy.fate = (sent, connection) => {
        if (connection > last || sent.includes("commit") !== (moment !== "during a statement"))
          return undefined;
        return moment === "before a commit" ? "half-open before" : "half-open after";
      };
    },
    after() {
      proxy.fate = undefined;
    },
  };
}

/** Round-trip time between a service and a server, in milliseconds. */
const roundTrip = 100;
/** Probability that a packet sent by a service resets its connection instead. */
const resets = 0.01;

export function networkSlow(
  { system }: Stage,
  services: readonly ServiceName[],
  random: Random,
  seconds: number,
): Fault {
  const proxies = services.flatMap((service) => system.network.of(service));
  return {
    name: `${services.join(", ")}: slow network for ${seconds} s`,
    takes: services.map(networkOf),
    services,
    async run() {
      for (const proxy of proxies) {
        proxy.latency = roundTrip / 2;
        proxy.fate = () => (random.chance(resets) ? "reset" : undefined);
      }
      await delay(seconds * 1000);
      for (const proxy of proxies) {
        proxy.latency = 0;
        proxy.fate = undefined;
      }
    },
  };
}
