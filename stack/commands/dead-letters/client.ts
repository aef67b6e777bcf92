import type { Treaty } from "@elysiajs/eden";
import type { DeadLetterReport } from "@rabbit-contract/service/operator";
import type { ServiceName } from "../../names.ts";
import type { DeadLetters, deadLettersAt } from "../../rest.ts";
import { jsonLines, ServiceCalls } from "../service-call.ts";
import type { Options } from "./options.ts";

type Calls = ReturnType<typeof deadLettersAt>;
type Actions = Treaty.Data<Calls["actions"]["get"]>;
export type Letter = DeadLetters["items"][number];
export type OpenedLetter = Treaty.Data<ReturnType<ReturnType<Calls>>["get"]>;
export type QueueStatus = DeadLetters["queues"][number];
export type Action = Actions["items"][number];

/** Page size, the maximum that a service allows. */
const pageSize = 100;

/** One service's dead-letter calls. All throw Error with the service's answer, or with the address that was tried. */
export class DeadLettersClient {
  readonly #calls: ServiceCalls;

  constructor(service: ServiceName, env: NodeJS.ProcessEnv) {
    this.#calls = new ServiceCalls(service, env);
  }

  /** Up to `limit` dead letters, page by page. */
  list({ queue, id, filter, limit }: Options): Promise<DeadLetters> {
    return this.#pages("/dead-letters", { ...filter, queue, messageId: id }, limit);
  }

  async show(queue: string, id: string): Promise<OpenedLetter> {
    const response = await this.#calls.send(`/dead-letters/${queue}/${encodeURIComponent(id)}`);
    return response.json();
  }

  history({ id, limit }: Options): Promise<Actions> {
    return this.#pages("/dead-letters/actions", { messageId: id }, limit);
  }

  /** Streams the reports; the last one is not `running`. */
  async *act({ command, queue, id, filter, all, dryRun }: Options): AsyncGenerator<DeadLetterReport> {
    // A call without an answer may be repeated: it must not act on messages that were dead-lettered meanwhile.
    const bound = command === "delete" && id === undefined && { deadBefore: new Date().toISOString() };
    const chosen = id !== undefined ? { messageId: id } : all ? { all } : { filter };
    const response = await this.#calls.post(`/dead-letters/${command}`, {
      ...chosen,
      ...bound,
      queue,
      dryRun,
    });
    yield* jsonLines<DeadLetterReport>(response);
  }

  /** Up to `limit` items, with the other members of the first page. */
  async #pages<Page extends { readonly items: unknown[]; readonly next: string | null }>(
    path: string,
    query: Readonly<Record<string, string | number | undefined>>,
    limit: number,
  ): Promise<Page> {
    let all: Page | undefined;
    do {
      const size = Math.min(pageSize, limit - (all?.items.length ?? 0));
      const parameters = new URLSearchParams();
      for (const [name, value] of Object.entries({ ...query, limit: size, after: all?.next ?? undefined }))
        if (value !== undefined) parameters.set(name, String(value));
      const page: Page = await (await this.#calls.send(`${path}?${parameters}`)).json();
      all = all ? { ...all, items: [...all.items, ...page.items], next: page.next } : page;
    } while (all.next !== null && all.items.length < limit);
    return all;
  }
}
