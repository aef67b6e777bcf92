import { createServer, type Server } from "node:net";
import process from "node:process";

const host = "127.0.0.1";

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP server has no port number");
  return address.port;
}

/** Whether a server could listen on this port of 127.0.0.1 now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

/**
 * Below the ephemeral ports (from 32768): a server that restarts on one of those may find it taken by an outgoing
 * connection, even by a client of that very server, which then connects to itself.
 */
const lowest = 20_000;
/**
 * A port is free for a while between its choice and the start of its server, and while that restarts. So each process
 * picks from a thousand of its own, one after the other: no test takes the port of another that runs at the same time.
 */
const [shares, perShare] = [12, 1_000];
const ownLowest = lowest + (process.pid % shares) * perShare;
let chosen = Math.floor(Math.random() * perShare);

async function listenAnywhere(): Promise<Server> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      return await listen(ownLowest + (chosen++ % perShare));
    } catch {
      // taken; the next one may be free
    }
  }
  return listen(0);
}

/**
 * One free port of 127.0.0.1 for each preferred one, all different: the preferred port if it is free, another one if not or
 * if it is 0. They are free when this returns; nothing reserves them.
 */
export async function freePorts(...preferred: number[]): Promise<number[]> {
  const servers: Server[] = [];
  try {
    for (const port of preferred)
      servers.push(await (port === 0 ? listenAnywhere() : listen(port).catch(listenAnywhere)));
    return servers.map(portOf);
  } finally {
    await Promise.all(servers.map(close));
  }
}

export async function freePort(preferred = 0): Promise<number> {
  const [port = preferred] = await freePorts(preferred);
  return port;
}
