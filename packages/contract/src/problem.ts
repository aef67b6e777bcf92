/** What a command says about an error that it does not expect. */

/** Of a file or folder, by the code of the operating system. */
const refusals: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  ENOTDIR: "a part of the path is a file, not a folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its symbolic links form a loop",
};

const actions: Readonly<Record<string, string>> = {
  mkdir: "create",
  scandir: "list",
  unlink: "remove",
  rm: "remove",
};

/** Its message; in words for a refusal of the operating system, with a request for a report for a bug. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall, path }: NodeJS.ErrnoException = error;
  const refusal = code === undefined ? undefined : refusals[code];
  if (refusal !== undefined && path !== undefined)
    return `cannot ${actions[syscall ?? ""] ?? "open"} ${path}: ${refusal}`;
  // Commands throw errors of their own types, or plain ones.
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((type) => error instanceof type);
  return isBug
    ? `${error.message}\nThis is a bug in rabbit-contract: please report it, with the command and the document`
    : error.message;
}
