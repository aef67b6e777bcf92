import { createServer, type Server } from "node:net";

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
 * One free port of 127.0.0.1 for each wish, all different: the wished one where it is free, any where it is not or
 * where 0 is wished. They are free when this returns; nothing keeps them so.
 */
export async function freePorts(...wishes: number[]): Promise<number[]> {
  const servers: Server[] = [];
  try {
    for (const wish of wishes) servers.push(await listen(wish).catch(() => listen(0)));
    return servers.map(portOf);
  } finally {
    await Promise.all(servers.map(close));
  }
}

export async function freePort(wish = 0): Promise<number> {
  const [port = wish] = await freePorts(wish);
  return port;
}
