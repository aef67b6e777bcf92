/** What a command is doing, for those who wait for it at a terminal. */
import { writeSync } from "node:fs";
import { isatty } from "node:tty";

type Show = (text: string) => unknown;

/**
 * Does `work`, and shows meanwhile what it is. The line is gone before anything else is printed.
 * @param show @default writes to standard error if that is a terminal; a pipe or a file gets nothing
 */
export async function step<Result>(
  what: string,
  work: () => Result | Promise<Result>,
  show: Show | undefined = terminal,
): Promise<Result> {
  show?.(`${what} …`);
  try {
    return await work();
  } finally {
    show?.("\r\u001B[K");
  }
}

// Not process.stderr: what that has not written before long work starts, it writes after it.
const terminal: Show | undefined = isatty(2) ? (text) => writeSync(2, text) : undefined;
