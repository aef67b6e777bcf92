/**
 * The broker's management API: an HTTP client for the few calls that bring a topology to a broker and read it back.
 * Paths are those of RabbitMQ's reference without the leading `api/`; names in them are percent-encoded.
 *
 * @example
 *   const api = new ManagementApi("http://user:password@localhost:15672");
 *   await api.put("vhosts/baskets");
 *   const queues = await api.get("queues/baskets");
 */

/** The management API refused a call or could not be reached. */
export class ManagementError extends Error {
  override readonly name = "ManagementError";
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, { status, cause }: { status?: number; cause?: unknown } = {}) {
    super(message, { cause });
    this.status = status;
  }
}

export interface ManagementApiOptions {
  /** Milliseconds after which a call without an answer fails. @default 30 000 */
  readonly timeout?: number;
}

/** All methods throw ManagementError, also for a 404 unless they say otherwise. */
export class ManagementApi {
  readonly #base: string;
  readonly #authorization: string;
  readonly #timeout: number;

  /** @param url `http://user:password@host:port`, user and password percent-encoded */
  constructor(url: string, { timeout = 30_000 }: ManagementApiOptions = {}) {
    const { origin, pathname, username, password } = new URL(url);
    this.#base = `${origin}${pathname.replace(/\/$/, "")}/api/`;
    this.#timeout = timeout;
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.#authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }

  get(path: string): Promise<unknown> {
    return this.#request("GET", path);
  }

  /** Undefined when the object does not exist. */
  getIfPresent(path: string): Promise<unknown> {
    return this.#request("GET", path).catch(undefinedIfMissing);
  }

  async put(path: string, body: object = {}): Promise<void> {
    await this.#request("PUT", path, body);
  }

  /** @returns the parsed answer; undefined when it is empty */
  post(path: string, body: object): Promise<unknown> {
    return this.#request("POST", path, body);
  }

  async delete(path: string): Promise<void> {
    await this.#request("DELETE", path);
  }

  async deleteIfPresent(path: string): Promise<void> {
    await this.#request("DELETE", path).catch(undefinedIfMissing);
  }

  async #request(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { authorization: this.#authorization, "content-type": "application/json" },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(this.#timeout),
    }).catch((cause: unknown) => {
      throw new ManagementError(`cannot reach the management API at ${this.#base}: is the broker running?`, {
        cause,
      });
    });
    const { status } = response;
    const answer = await response.text();
    if (response.ok) return answer === "" ? undefined : JSON.parse(answer);
    const reason =
      status === 401 ? "check the user and password in the management API's URL" : reasonOf(answer);
    throw new ManagementError(`${method} ${path} failed with status ${status}: ${reason}`, { status });
  }
}

function undefinedIfMissing(error: unknown): undefined {
  if (error instanceof ManagementError && error.status === 404) return undefined;
  throw error;
}

function reasonOf(answer: string): string {
  try {
    const { reason, error }: { reason?: string; error?: string } = JSON.parse(answer);
    return reason ?? error ?? answer;
  } catch {
    return answer.slice(0, 300);
  }
}
