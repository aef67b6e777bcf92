import type { ServiceName } from "../../names.ts";
import { jsonLines, ServiceCalls } from "../service-call.ts";
import type { Options } from "./options.ts";

/** As the services respond; see the schemas of `GET /dead-letters` at `/openapi` of any of them. */
export interface Letter {
  readonly queue: string;
  readonly id: string;
  readonly type?: string;
  readonly reason: string;
  readonly failureReason?: string;
  readonly attempts: number;
  readonly deadLetteredAt?: string;
  readonly traceId?: string;
}

export interface OpenedLetter extends Letter {
  readonly headers: Readonly<Record<string, string | number | boolean>>;
  readonly content: { readonly encoding: string; readonly text: string; readonly truncated: boolean };
}

export interface QueueStatus {
  readonly queue: string;
  readonly messages: number;
  readonly examined: number;
}

export interface Report {
  readonly state: "running" | "complete" | "interrupted";
  readonly runId: string;
  readonly total: number;
  readonly examined: number;
  readonly matched: number;
  readonly done: number;
  readonly failed: number;
  readonly letters: readonly {
    readonly queue: string;
    readonly id: string;
    readonly type?: string;
    readonly reason: string;
    readonly failure?: string;
  }[];
  readonly problem?: { readonly detail?: string };
}

export interface Action {
  readonly operator: string;
  readonly action: string;
  readonly queue: string;
  readonly messageId: string;
  readonly type?: string;
  readonly reason: string;
  readonly startedAt: string;
  readonly outcome: string;
  readonly failure?: string;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** Page size, the maximum that a service allows. */
const pageSize = 100;

/** One service's dead-letter calls. All throw Error with the service's answer, or with the address that was tried. */
export class DeadLettersClient {
  readonly #calls: ServiceCalls;

  constructor(service: ServiceName, env: NodeJS.ProcessEnv) {
    this.#calls = new ServiceCalls(service, env);
  }

  /** Up to `limit` dead letters, page by page. */
  async list({
    queue,
    id,
    filter,
    limit,
  }: Options): Promise<Page<Letter> & { queues: readonly QueueStatus[] }> {
    const query = {
      ...filter,
      ...(queue !== undefined && { queue }),
      ...(id !== undefined && { messageId: id }),
    };
    let queues: readonly QueueStatus[] | undefined;
    const page = await this.#pages<Letter, { queues: readonly QueueStatus[] }>(
      "/dead-letters",
      query,
      limit,
      (part) => {
        queues ??= part.queues;
      },
    );
    return { ...page, queues: queues ?? [] };
  }

  async show(queue: string, id: string): Promise<OpenedLetter> {
    return json(await this.#calls.send(`/dead-letters/${queue}/${encodeURIComponent(id)}`));
  }

  history({ id, limit }: Options): Promise<Page<Action>> {
    return this.#pages("/dead-letters/actions", id === undefined ? {} : { messageId: id }, limit);
  }

  /** Streams the reports; the last one is not `running`. */
  async *act({ command, queue, id, filter, all, dryRun }: Options): AsyncGenerator<Report> {
    // A call without an answer may be repeated: it must not act on messages that were dead-lettered meanwhile.
    const bound = command === "delete" && id === undefined && { deadBefore: new Date().toISOString() };
    const chosen = id !== undefined ? { messageId: id } : all ? { all } : { filter };
    const response = await this.#calls.send(`/dead-letters/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...chosen, ...bound, ...(queue !== undefined && { queue }), dryRun }),
    });
    yield* jsonLines<Report>(response);
  }

  async #pages<Item, More = object>(
    path: string,
    query: Readonly<Record<string, string | number>>,
    limit: number,
    onPage: (page: Page<Item> & More) => void = () => {},
  ): Promise<Page<Item>> {
    const items: Item[] = [];
    let next: string | null = null;
    do {
      const parameters = new URLSearchParams(
        Object.entries({
          ...query,
          limit: Math.min(pageSize, limit - items.length),
          ...(next !== null && { after: next }),
        }).map(([name, value]) => [name, String(value)]),
      );
      const page: Page<Item> & More = await json(await this.#calls.send(`${path}?${parameters}`));
      onPage(page);
      items.push(...page.items);
      next = page.next;
    } while (next !== null && items.length < limit);
    return { items, next };
  }
}

function json<Answer>(response: Response): Promise<Answer>;
function json(response: Response): Promise<unknown> {
  return response.json();
}
