import { chmodSync, rmSync } from "node:fs";

/**
 * Bun's default of ten seconds would cut off a caller that waits for a server to start. Its types have the option only
 * for ports.
 */
const limits: object = { idleTimeout: 120 };

export function serveOn(socket: string, app: { fetch(request: Request): Response | Promise<Response> }) {
  rmSync(socket, { force: true });
  const fetch = (request: Request) => app.fetch(request);
  const server = Bun.serve({ unix: socket, fetch, development: false, ...limits });
  // The user in the console's container has another number. Each call needs the secret.
  chmodSync(socket, 0o666);
  return {
    async stop(): Promise<void> {
      await server.stop(true);
      rmSync(socket, { force: true });
    },
  };
}
