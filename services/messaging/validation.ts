/** What a generated check found first. */
export interface Problem {
  /** JSON pointer into the checked value, "" for the value itself. */
  readonly pointer: string;
  /** Reads after the pointer: `must be an integer, got "3"`. */
  readonly message: string;
}
