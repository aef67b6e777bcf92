/** What a service reports when it refuses a call: RFC 9457 problem details. */

/** One thing wrong with a request: in its body, or in a parameter. */
export interface InvalidInput {
  /** JSON pointer into the body. */
  readonly pointer?: string;
  readonly parameter?: string;
  readonly detail: string;
}

export interface Problem {
  readonly type?: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly InvalidInput[];
  readonly [member: string]: unknown;
}

/** A call that was refused or not answered. */
export class CallError extends Error {
  override readonly name = "CallError";
  /** 0 if there was no answer. */
  readonly status: number;
  readonly problem: Problem;

  constructor(status: number, problem: Problem) {
    super(problem.detail ?? problem.title);
    this.status = status;
    this.problem = problem;
  }

  /** Repeating the call would not help. */
  get isFinal(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 408 && this.status !== 429;
  }

  /** Each thing that is wrong with the request. */
  get reasons(): readonly string[] {
    const { errors = [] } = this.problem;
    return errors.map(({ pointer, parameter, detail }) => `${parameter ?? pointer ?? ""} ${detail}`.trim());
  }

  /** What is wrong with the field of the body at `pointer`. */
  errorAt(pointer: string): string | undefined {
    return this.problem.errors?.find((error) => error.pointer === pointer)?.detail;
  }
}

/** @param body the body of an answer with an error, parsed if it was JSON */
export function callError(status: number, body: unknown): CallError {
  const parsed = typeof body === "string" ? fromJson(body) : body;
  if (isProblem(parsed)) return new CallError(status, parsed);
  if (status === 0) return new CallError(status, { title: "The console’s server does not respond" });
  return new CallError(status, { title: `The server responded with status ${status}` });
}

/** What to tell a person. */
export const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** As above, with each thing that is wrong with a request. */
export const reasonsOf = (error: unknown) =>
  (error instanceof CallError && error.reasons.join("; ")) || messageOf(error);

function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "title" in value && typeof value.title === "string";
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // For example a proxy's error page; only the status is used then.
    return undefined;
  }
}
