import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy in front of the broker that fails in the ways networks do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  /** Forwards nothing in either direction and closes nothing: a half-open connection. */
  frozen = false;
  /** Drops what the client sends, so the broker cannot confirm it. */
  deaf = false;
  /** Closes new connections at once. */
  refusing = false;
  /** Number of connections accepted so far. */
  accepted = 0;

  private constructor(target: URL) {
    this.#server = createServer((client) => {
      client.on("error", () => {});
      if (this.refusing) {
        client.destroy();
        return;
      }
      this.accepted++;
      const broker = connect({ host: target.hostname, port: Number(target.port) });
      const pair: [Socket, Socket] = [client, broker];
      this.#pairs.add(pair);
      const end = () => {
        if (this.frozen) return;
        this.#pairs.delete(pair);
        client.destroy();
        broker.destroy();
      };
      client.on("data", (data) => {
        if (!this.frozen && !this.deaf) broker.write(data);
      });
      broker.on("data", (data) => {
        if (!this.frozen) client.write(data);
      });
      for (const socket of pair) {
        socket.on("error", end);
        socket.on("close", end);
      }
    });
  }

  static async start(amqpUrl: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(amqpUrl));
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  /** `amqpUrl` through this proxy. */
  url(amqpUrl: string): string {
    const address: AddressInfo | string | null = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy is closed");
    const url = new URL(amqpUrl);
    url.hostname = "127.0.0.1";
    url.port = String(address.port);
    return url.href;
  }

  /** Sends bytes to the clients as if from the broker. Use only while nothing else is sent, between two frames. */
  inject(bytes: Uint8Array): void {
    for (const [client] of this.#pairs) client.write(bytes);
  }

  /** Cuts every connection, as a crashing broker does. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    this.#pairs.clear();
  }

  async close(): Promise<void> {
    this.frozen = false;
    this.cut();
    this.#server.close();
  }
}
