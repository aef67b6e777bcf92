import { composeAddresses, hasContainers } from "../compose.ts";
import { localAddresses, localRuns } from "../local.ts";
import { defaultPorts, type ServiceName } from "../names.ts";
import type { Options } from "./options.ts";

/** As the services answer; see the schemas of `GET /dead-letters` at `/openapi` of any of them. */
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

export interface Glance {
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

/** Pages are asked for in pieces of this size, the most that a service gives. */
const pageSize = 100;

/** The calls about dead letters of one service. All throw Error with what the service answered, or where it was looked for. */
export class DeadLettersClient {
  readonly service: ServiceName;
  readonly #url: string;

  constructor(service: ServiceName, env: NodeJS.ProcessEnv) {
    this.service = service;
    this.#url = urlOf(service, env);
  }

  /** Up to `limit` letters, page by page. */
  async list({ queue, id, filter, limit }: Options): Promise<Page<Letter> & { queues: readonly Glance[] }> {
    const query = {
      ...filter,
      ...(queue !== undefined && { queue }),
      ...(id !== undefined && { messageId: id }),
    };
    let queues: readonly Glance[] | undefined;
    const page = await this.#pages<Letter, { queues: readonly Glance[] }>(
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
    return json(await this.#send(`/dead-letters/${queue}/${encodeURIComponent(id)}`));
  }

  history({ id, limit }: Options): Promise<Page<Action>> {
    return this.#pages("/dead-letters/actions", id === undefined ? {} : { messageId: id }, limit);
  }

  /** The reports as they come; the last one is not `running`. */
  async *act({ command, queue, id, filter, all, dryRun, operator }: Options): AsyncGenerator<Report> {
    const chosen = id !== undefined ? { messageId: id } : all ? { all } : { filter };
    const response = await this.#send(`/dead-letters/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json", operator },
      body: JSON.stringify({ ...chosen, ...(queue !== undefined && { queue }), dryRun }),
    });
    let rest = "";
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line);
    }
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
      const page: Page<Item> & More = await json(await this.#send(`${path}?${parameters}`));
      onPage(page);
      items.push(...page.items);
      next = page.next;
    } while (next !== null && items.length < limit);
    return { items, next };
  }

  async #send(path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.#url + path, init);
    } catch (cause) {
      const variable = `${this.service.toUpperCase()}_URL`;
      throw new Error(
        `cannot reach the ${this.service} service at ${this.#url}: start it with "make up", or say with ${variable} ` +
          "where it is",
        { cause },
      );
    }
    if (response.ok) return response;
    throw new Error(
      `the ${this.service} service answered ${response.status}: ${reasonIn(await response.text())}`,
    );
  }
}

function json<Answer>(response: Response): Promise<Answer>;
function json(response: Response): Promise<unknown> {
  return response.json();
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly {
    readonly pointer?: string;
    readonly parameter?: string;
    readonly detail: string;
  }[];
}

/** What a problem document says, in one line; any other text as it is. */
function reasonIn(text: string): string {
  try {
    const { title, detail, errors = [] }: Problem = JSON.parse(text);
    const parts = errors.map(({ pointer, parameter, detail }) =>
      `${parameter ?? pointer ?? ""} ${detail}`.trim(),
    );
    return [detail ?? title, ...parts].filter((part) => part !== undefined).join("; ");
  } catch {
    return text;
  }
}

function urlOf(service: ServiceName, env: NodeJS.ProcessEnv): string {
  const given = env[`${service.toUpperCase()}_URL`];
  if (given) return given.replace(/\/$/, "");
  const ports = localRuns()
    ? localAddresses().ports
    : hasContainers()
      ? composeAddresses().ports
      : defaultPorts;
  return `http://127.0.0.1:${ports[service]}`;
}
