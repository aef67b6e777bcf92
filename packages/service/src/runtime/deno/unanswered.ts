import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The responses that are not sent to their end yet. */
export class Unanswered {
  readonly #byConnection = new WeakMap<Socket, Set<ServerResponse>>();
  #count = 0;
  #onNone = () => {};

  add(connection: Socket, response: ServerResponse): void {
    const responses = this.#byConnection.get(connection) ?? this.#watch(connection);
    responses.add(response);
    this.#count++;
    response.once("close", () => {
      responses.delete(response);
      this.#count--;
      if (this.#count === 0) this.#onNone();
    });
  }

  async none(): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => {
      this.#onNone = resolve;
    });
  }

  /** Of the requests that came in one go, only the response to the first hears that their connection has ended. */
  #watch(connection: Socket): Set<ServerResponse> {
    const responses = new Set<ServerResponse>();
    this.#byConnection.set(connection, responses);
    connection.once("close", () => {
      for (const response of responses) {
        response.destroy();
        response.emit("close");
      }
    });
    return responses;
  }
}
