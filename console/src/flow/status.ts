/** A status, and when it was noticed. */
export class Status<Value extends string> {
  value: Value;
  #since = new Date();

  constructor(value: Value) {
    this.value = value;
  }

  set(value: Value): void {
    if (value === this.value) return;
    this.value = value;
    this.#since = new Date();
  }

  /** RFC 3339. */
  get since(): string {
    return this.#since.toISOString();
  }
}
