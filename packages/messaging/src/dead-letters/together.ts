import { v7 as uuidv7 } from "uuid";
import { Page } from "./page.ts";
import {
  type ActionProgress,
  type DeadLetterQueueStatus,
  type DeadLetterStore,
  selectedFrom,
} from "./store.ts";

/** Several stores as one; each queue is in one of them. */
export function together(stores: readonly DeadLetterStore[]): DeadLetterStore {
  const queues = stores.flatMap((store) => store.queues.map((name) => ({ name, store })));
  const chosen = (queue: string | undefined) => [
    ...new Set(selectedFrom(queues, queue).map(({ store }) => store)),
  ];
  return {
    queues: queues.map(({ name }) => name),

    async list(options) {
      const page = new Page(options.limit, options.after);
      const statuses: DeadLetterQueueStatus[] = [];
      for (const store of chosen(options.queue)) {
        const found = await store.list(options);
        for (const deadLetter of found.deadLetters) page.add(deadLetter);
        statuses.push(...found.queues);
      }
      return { deadLetters: page.deadLetters, queues: statuses };
    },

    async find(queue, messageId) {
      const [store] = chosen(queue);
      return store?.find(queue, messageId);
    },

    async *act(action, { runId = uuidv7(), ...options } = {}) {
      const runs = chosen(action.queue).map((store) => store.act(action, { ...options, runId }));
      const latest: ActionProgress[] = [];
      const sum = (count: "total" | "examined" | "matched" | "done" | "failed") =>
        latest.reduce((total, progress) => total + progress[count], 0);
      const report = (results: ActionProgress["results"]): ActionProgress => ({
        runId,
        total: sum("total"),
        examined: sum("examined"),
        matched: sum("matched"),
        done: sum("done"),
        failed: sum("failed"),
        results,
        complete: latest.every(({ complete }) => complete),
      });
      try {
        // Each first report comes before anything is done.
        for (const run of runs) {
          const { value } = await run.next();
          if (value) latest.push(value);
        }
        yield report([]);
        for (const [index, run] of runs.entries()) {
          for await (const progress of run) {
            latest[index] = progress;
            yield report(progress.results);
          }
          if (options.signal?.aborted) return;
        }
      } finally {
        for (const run of runs) await run.return();
      }
    },
  };
}
