/** The RabbitMQ management API, as far as the stack and the tests need it. Runs on every runtime. */
export class Management {
  readonly #base: string;
  readonly #authorization: string;

  /** @param url `http://user:password@host:port`, user and password percent-encoded */
  constructor(url: string) {
    const parsed = new URL(url);
    const credentials = `${decodeURIComponent(parsed.username)}:${decodeURIComponent(parsed.password)}`;
    this.#authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
    this.#base = `${parsed.protocol}//${parsed.host}${parsed.pathname.replace(/\/$/, "")}/api/`;
  }

  /** @returns the parsed answer, `undefined` for an empty one @throws for any status from 400 on */
  async request(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(this.#base + path, {
      method,
      headers: { authorization: this.#authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new ManagementError(
        response.status,
        `RabbitMQ answered ${response.status} to ${method} ${path}: ${text}`,
      );
    }
    return text === "" ? undefined : JSON.parse(text);
  }

  get(path: string): Promise<unknown> {
    return this.request("GET", path);
  }

  async put(path: string, body: unknown = {}): Promise<void> {
    await this.request("PUT", path, body);
  }

  /** Succeeds as well when there was nothing to delete. */
  async delete(path: string): Promise<void> {
    try {
      await this.request("DELETE", path);
    } catch (error) {
      if (!(error instanceof ManagementError && error.status === 404)) throw error;
    }
  }
}

export class ManagementError extends Error {
  override readonly name = "ManagementError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
