/** Reads one direction of a connection: bytes in any portions, messages in their order. */
export class Packets {
  #rest: Buffer = Buffer.alloc(0);
  readonly #length: (bytes: Buffer) => number | undefined;
  readonly #take: (message: Buffer) => void;

  /**
   * @param length of the message that begins here; undefined while too few bytes have arrived to tell
   * @param take receives each whole message
   */
  constructor(length: (bytes: Buffer) => number | undefined, take: (message: Buffer) => void) {
    this.#length = length;
    this.#take = take;
  }

  push(bytes: Buffer): void {
    let rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      const length = this.#length(rest);
      if (length === undefined || length > rest.length) break;
      this.#take(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    this.#rest = rest;
  }
}
