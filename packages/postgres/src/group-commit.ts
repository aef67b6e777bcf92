/** One transaction for all requests that arrive while others are running. */
import { databaseFaultOf } from "./database-errors.ts";

/** Concurrent transactions: while the database works on one, the process prepares the other. */
const atOnce = 2;
/** Number of requests that justify a second transaction; fewer wait for the first one to end. */
const worthwhile = 32;
/** Maximum number of requests that share a transaction. */
const size = 200;

/** Halving the group may help. While the database is in trouble it would only fail more often, for as long. */
function isOfOneRequest(error: unknown): boolean {
  return (databaseFaultOf(error) ?? "caller") === "caller";
}

interface Waiting<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Returns a function that takes one request and resolves with its result. When nothing is running, a request runs at
 * once, alone; requests that arrive while it runs form the next group, so groups grow with the load. A large group does
 * not wait for the one before it. A group that fails is halved, and its halves again, so that one bad request does not
 * fail its neighbours; while the database is in trouble, it fails as a whole.
 *
 * @param run applies the requests in one transaction, and returns one result for each, in the same order. It may be
 *   called again with a part of the requests when it rejects, so it must not reject with what was committed
 */
export function groupCommit<Request, Result>(
  run: (requests: readonly Request[]) => Promise<readonly Result[]>,
): (request: Request) => Promise<Result> {
  let waiting: Waiting<Request, Result>[] = [];
  let running = 0;

  async function runGroup(group: readonly Waiting<Request, Result>[]): Promise<void> {
    let results: readonly Result[];
    try {
      results = await run(group.map(({ request }) => request));
    } catch (error) {
      if (group.length === 1 || !isOfOneRequest(error)) {
        for (const { reject } of group) reject(error);
        return;
      }
      const half = Math.ceil(group.length / 2);
      await runGroup(group.slice(0, half));
      await runGroup(group.slice(half));
      return;
    }
    if (results.length !== group.length) {
      // It has committed, and must not run again.
      const error = new Error(`${group.length} requests got ${results.length} results`);
      for (const { reject } of group) reject(error);
      return;
    }
    for (const [index, result] of results.entries()) group[index]?.resolve(result);
  }

  const mayBegin = (others: number) =>
    waiting.length > 0 && (others === 0 || (others < atOnce && waiting.length >= worthwhile));

  async function work(): Promise<void> {
    while (mayBegin(running - 1)) {
      const group = waiting.slice(0, size);
      waiting = waiting.slice(size);
      await runGroup(group);
    }
    running--;
  }

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (!mayBegin(running)) return;
      running++;
      // Not at once: requests of the same turn of the event loop belong in the same group.
      setImmediate(work);
    });
}
