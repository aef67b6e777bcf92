/** Requests that a second connection is worth. */
const worthwhile = 32;
const largestGroup = 200;

/**
 * Returns a function that adds a request. All that wait form a group, up to 200, and run on one of the two connections;
 * the second is used once 32 wait. A failure ends the process.
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
