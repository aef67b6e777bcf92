/** Waiting requests that justify using a second connection. */
const worthwhile = 32;
const largestGroup = 200;

/**
 * Returns a function that adds a request. All waiting requests, up to 200, form a group that runs on one of two
 * connections; the second one is used once 32 are waiting. A failure crashes the process.
 */
export function grouping<Client, Request>(
  clients: readonly [Client, Client],
  run: (client: Client, requests: readonly Request[]) => Promise<void>,
): (request: Request) => void {
  const idle: Client[] = [...clients];
  const waiting: Request[] = [];
  const begin = () => {
    while (idle.length > 0 && waiting.length >= (idle.length === clients.length ? 1 : worthwhile)) {
      const client = idle.pop();
      if (client === undefined) return;
      setImmediate(work, client);
      if (idle.length > 0) return; // the group is not taken yet
    }
  };
  const work = async (client: Client) => {
    try {
      const group = waiting.splice(0, largestGroup);
      if (group.length > 0) await run(client, group);
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
    idle.push(client);
    begin();
  };
  return (request) => {
    waiting.push(request);
    begin();
  };
}
