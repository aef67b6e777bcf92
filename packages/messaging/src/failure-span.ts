/** Since when something that is tried repeatedly has been failing, and why. */
export class FailureSpan {
  #failing: { readonly since: number; readonly error: unknown } | undefined;

  failed(error: unknown): void {
    this.#failing = { since: this.#failing?.since ?? performance.now(), error };
  }

  succeeded(): void {
    this.#failing = undefined;
  }

  /** The last error, if nothing has succeeded for this many milliseconds. */
  lasting(milliseconds: number): unknown {
    const failing = this.#failing;
    return failing && performance.now() - failing.since >= milliseconds ? failing.error : undefined;
  }
}
