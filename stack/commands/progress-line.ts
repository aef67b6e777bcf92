/** Shows progress on stderr: rewrites one line at a terminal, otherwise adds one every few seconds. */
export class ProgressLine {
  readonly #terminal = process.stderr.isTTY === true;
  #shown = performance.now();

  show(line: string): void {
    if (!this.#terminal && performance.now() - this.#shown < 2_000) return;
    this.#shown = performance.now();
    process.stderr.write(this.#terminal ? `\r\u001b[K${line}` : `${line}\n`);
  }

  end(): void {
    if (this.#terminal) process.stderr.write("\r\u001b[K");
  }
}
