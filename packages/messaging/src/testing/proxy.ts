import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What happens to a connection at a packet of its client. */
export type Fate = "reset" | "half-open before" | "half-open after";

/** A TCP proxy in front of a server that fails in the ways networks do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #target: URL;
  /** Forwards nothing in either direction and closes nothing: all connections are half-open. */
  frozen = false;
  /** Drops what the client sends, so the server cannot confirm it. */
  deaf = false;
  /** Closes new connections at once. */
  refusing = false;
  /** Milliseconds that data takes in each direction. */
  latency = 0;
  /** Decides about each packet of a client on the connection with this number; undefined forwards it. */
  fate: ((sent: Buffer, connection: number) => Fate | undefined) | undefined;
  /** Receives whatever the connection with this number carries, before it is forwarded. */
  tap: ((from: "client" | "server", sent: Buffer, connection: number) => void) | undefined;
  /** Number of connections accepted so far. */
  accepted = 0;

  private constructor(target: URL) {
    this.#target = target;
    this.#server = createServer((client) => this.#accept(client));
  }

  /** @param url of the server, with any protocol */
  static async start(url: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(url));
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** The same URL through this proxy. */
  url(url: string): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy is closed");
    const through = new URL(url);
    through.hostname = "127.0.0.1";
    through.port = String(address.port);
    return through.href;
  }

  /** Sends new connections to another server. */
  turn(url: string): void {
    this.#target = new URL(url);
  }

  /** Makes the present connections half-open for good: nothing is forwarded on them, and they are not closed. */
  freeze(): void {
    for (const pair of this.#pairs) pair.frozen = true;
  }

  /** Sends bytes to the clients as if from the server. Use only while nothing else is sent, between two frames. */
  inject(bytes: Uint8Array): void {
    for (const { client } of this.#pairs) client.write(bytes);
  }

  /** Cuts every connection, as a crashing server does. */
  cut(): void {
    for (const pair of this.#pairs) this.#end(pair);
  }

  async close(): Promise<void> {
    this.frozen = false;
    this.cut();
    this.#server.close();
  }

  #accept(client: Socket): void {
    client.on("error", () => {});
    if (this.refusing) {
      client.destroy();
      return;
    }
    const number = ++this.accepted;
    const server = connect({ host: this.#target.hostname, port: Number(this.#target.port) });
    const pair: Pair = { client, server, frozen: false };
    this.#pairs.add(pair);
    const toServer = this.#delayed((data) => server.write(data));
    const toClient = this.#delayed((data) => client.write(data));
    client.on("data", (data: Buffer) => {
      this.tap?.("client", data, number);
      if (this.frozen || pair.frozen || this.deaf) return;
      const fate = this.fate?.(data, number);
      if (fate === "reset") {
        this.#end(pair);
        return;
      }
      pair.frozen = fate !== undefined;
      if (fate !== "half-open before") toServer(data);
    });
    server.on("data", (data: Buffer) => {
      this.tap?.("server", data, number);
      if (!this.frozen && !pair.frozen) toClient(data);
    });
    for (const socket of [client, server]) {
      const end = () => {
        if (!this.frozen && !pair.frozen) this.#end(pair);
      };
      socket.on("error", end);
      socket.on("close", end);
    }
  }

  #end(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.client.destroy();
    pair.server.destroy();
  }

  /** Sends after the latency of this moment, in order. */
  #delayed(send: (data: Uint8Array) => void): (data: Uint8Array) => void {
    const waiting: { readonly data: Uint8Array; readonly due: number }[] = [];
    const sendDue = () => {
      while (waiting[0] && waiting[0].due <= performance.now())
        send(waiting.shift()?.data ?? new Uint8Array());
      if (waiting[0]) setTimeout(sendDue, waiting[0].due - performance.now());
    };
    return (data) => {
      if (this.latency === 0 && waiting.length === 0) {
        send(data);
        return;
      }
      const due = Math.max(waiting.at(-1)?.due ?? 0, performance.now() + this.latency);
      waiting.push({ data, due });
      if (waiting.length === 1) setTimeout(sendDue, this.latency);
    };
  }
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** This connection is half-open. */
  frozen: boolean;
}
