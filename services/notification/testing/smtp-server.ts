import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";

export interface ReceivedEmail {
  readonly from: string;
  readonly to: string;
  /** Unfolded header fields by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: string;
}

/** `drop` cuts the connection without an answer. */
type Reply = string | "drop" | undefined;

/** An SMTP server that accepts everything by default, and records what it accepted. */
export class SmtpServer {
  readonly received: ReceivedEmail[] = [];
  /** Every complete e-mail, accepted or not. */
  readonly contents: ReceivedEmail[] = [];
  /** Commands of all connections in order; the content of an e-mail is recorded as `.`. */
  readonly commands: string[] = [];
  /** Overrides the answer to a command; "" is the greeting, `.` the end of an e-mail. */
  reply: (command: string) => Reply | Promise<Reply> = () => undefined;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      void this.#serve(socket);
    });
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.#port}`;
  }

  /** Open connections. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** On the same port as before, if it listened before. */
  async start(): Promise<this> {
    this.#server.listen(this.#port, "127.0.0.1");
    await once(this.#server, "listening");
    const address = this.#server.address();
    if (typeof address === "object" && address) this.#port = address.port;
    return this;
  }

  /** Cuts every connection and refuses new ones. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #serve(socket: Socket): Promise<void> {
    let from = "";
    let to = "";
    let content: string[] | undefined;
    const answer = async (command: string, usual: string): Promise<boolean> => {
      this.commands.push(command);
      const reply = (await this.reply(command)) ?? usual;
      if (reply === "drop") socket.destroy();
      else socket.write(`${reply}\r\n`);
      return reply === usual;
    };
    this.commands.push("");
    const greeting = (await this.reply("")) ?? "220 test";
    if (greeting === "drop") return void socket.destroy();
    socket.write(`${greeting}\r\n`);
    for await (const line of linesOf(socket)) {
      if (content) {
        if (line !== ".") {
          content.push(line.replace(/^\./, ""));
          continue;
        }
        const raw = content.join("\n");
        const email = { from, to, headers: headersOf(raw), raw };
        content = undefined;
        this.contents.push(email);
        if (await answer(".", "250 accepted")) this.received.push(email);
        continue;
      }
      const [verb = ""] = line.toUpperCase().split(/[ :]/);
      const address = /<(.*?)>/.exec(line)?.[1] ?? "";
      if (verb === "EHLO") await answer(line, "250-test\r\n250 8BITMIME");
      else if (verb === "MAIL") from = (await answer(line, "250 ok")) ? address : "";
      else if (verb === "RCPT") to = (await answer(line, "250 ok")) ? address : "";
      else if (verb === "DATA") content = (await answer(line, "354 go on")) ? [] : undefined;
      else if (verb === "QUIT") {
        await answer(line, "221 bye");
        socket.end();
      } else await answer(line, "250 ok");
    }
  }
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let rest = "";
  try {
    for await (const chunk of socket) {
      const lines = (rest + Buffer.from(chunk).toString("utf8")).split("\r\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
  } catch {
    // The client closed the connection: there are no more lines.
  }
}

function headersOf(raw: string): Record<string, string> {
  const [head = ""] = raw.split("\n\n", 1);
  const fields = head.replace(/\n[ \t]+/g, " ").split("\n");
  return Object.fromEntries(
    fields.map((field) => {
      const colon = field.indexOf(":");
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()];
    }),
  );
}
