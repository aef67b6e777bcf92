/** One transaction for all requests that come while another one is under way. */
import { isUnavailable } from "./unavailable.ts";

interface Waiting<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Returns a function that takes one request and answers what `run` came to for it. An idle one runs at once, alone;
 * what comes while it runs is the next group, so groups are small when there is little to do and large when there is
 * much, and nobody ever waits for a group to fill. A group that fails is halved, and its halves again, so that one
 * which cannot work does not hurt the others.
 *
 * @param run applies the requests in one transaction, and answers one result each, in the same sequence
 * @param size requests that share a transaction, at most
 */
export function groupCommit<Request, Result>(
  run: (requests: readonly Request[]) => Promise<readonly Result[]>,
  size = 200,
): (request: Request) => Promise<Result> {
  let waiting: Waiting<Request, Result>[] = [];
  let running = false;

  async function runGroup(group: readonly Waiting<Request, Result>[]): Promise<void> {
    let results: readonly Result[];
    try {
      results = await run(group.map(({ request }) => request));
    } catch (error) {
      if (group.length === 1 || isUnavailable(error)) {
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
      const error = new Error(`${group.length} requests came to ${results.length} results`);
      for (const { reject } of group) reject(error);
      return;
    }
    for (const [index, result] of results.entries()) group[index]?.resolve(result);
  }

  async function runAll(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, size);
      waiting = waiting.slice(size);
      await runGroup(group);
    }
    running = false;
  }

  return (request) =>
    new Promise((resolve, reject) => {
      waiting.push({ request, resolve, reject });
      if (running) return;
      running = true;
      // Not at once: requests that came in the same turn of the event loop belong into the same group.
      setImmediate(runAll);
    });
}
