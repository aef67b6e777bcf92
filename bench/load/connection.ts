/**
 * A keep-alive HTTP connection with one request in flight. It is cheap, so that the client hardly affects the
 * measurement.
 */

export interface Answer {
  readonly status: number;
  readonly body: string;
}

const headEnd = Buffer.from("\r\n\r\n");

export class HttpConnection {
  readonly #socket: Bun.Socket<undefined>;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((answer: Answer) => void) | undefined;
  #failed: ((error: Error) => void) | undefined;

  static async open(url: URL): Promise<HttpConnection> {
    let connection: HttpConnection | undefined;
    const socket = await Bun.connect({
      hostname: url.hostname,
      port: Number(url.port),
      socket: {
        data: (_, chunk) => connection?.onData(chunk),
        close: () => connection?.onClose(),
        error: (_, error) => connection?.onClose(error),
      },
    });
    socket.setNoDelay(true);
    connection = new HttpConnection(socket);
    return connection;
  }

  private constructor(socket: Bun.Socket<undefined>) {
    this.#socket = socket;
  }

  /** @throws Error if the server closes the connection before it responds */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
      const length = Buffer.byteLength(request);
      const written = this.#socket.write(request);
      if (written < length) reject(new Error(`the socket took ${written} of ${length} bytes`));
    });
  }

  close(): void {
    this.#failed = undefined;
    this.#socket.end();
  }

  onData(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const head = this.#received.indexOf(headEnd);
    if (head === -1) return;
    const headers = this.#received.toString("latin1", 0, head);
    const length = Number(/^content-length: *(\d+)/im.exec(headers)?.[1] ?? 0);
    const end = head + headEnd.length + length;
    if (this.#received.length < end) return;
    const answer = {
      status: Number(headers.slice(9, 12)),
      body: this.#received.toString("utf8", head + headEnd.length, end),
    };
    this.#received = Buffer.alloc(0);
    this.#answered?.(answer);
  }

  onClose(error = new Error("the server closed the connection")): void {
    this.#failed?.(error);
  }
}
