/** The files that a document may refer to, and their texts. */
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { ContractError } from "../finding.ts";

/** Why a text is not read. */
export interface Refusal {
  readonly rule: string;
  /** The problem; the name of the file or URL is put before it. */
  readonly message: string;
  readonly fix: string;
}

/** The text of a file or URL, or why it is not read. */
export type ReadText = (file: string) => string | Refusal;

/** Maximum size of a file or response. */
export const maxBytes = 20_000_000;

/** Reads files in the folder of `entry` or in the working directory, links followed, and below. */
export function localFiles(entry: string): ReadText {
  return (file) => {
    if (isRemote(file)) return remoteRefusal;
    const folders = [dirname(entry), "."];
    const isBelow = folders.some((folder) => isInside(resolve(file), resolve(folder)));
    const path = isBelow ? realPath(file) : undefined;
    if (isBelow && (path === undefined || !statSync(path).isFile())) return noFile;
    const isReallyBelow = folders.some(
      (folder) => path !== undefined && isInside(path, realPath(folder) ?? folder),
    );
    return path !== undefined && isReallyBelow ? decodedText(readFileSync(path)) : outside;
  };
}

const noFile: Refusal = {
  rule: "references",
  message: "is not a file",
  fix: "correct the path: it is relative to the file that contains the reference",
};

const outside: Refusal = {
  rule: "references",
  message: "is outside the document's folder and the working directory",
  fix: "copy it there, or run the command in a folder that contains both",
};

export const remoteRefusal: Refusal = {
  rule: "remote-references",
  message: "is not fetched: a contract is read without the network",
  fix: "copy the document beside the contract and refer to the copy, or allow it with --allow-remote",
};

/** The text of a document. @throws ContractError if it cannot be read */
export function readText(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats?.isDirectory()) throw new Error(`cannot read ${file}: it is a folder. Name the document in it`);
  // A pipe is not a regular file, and may be read as well: `compare <(git show main:a.yaml) a.yaml`.
  const text = stats ? decodedText(readFileSync(file)) : noFile;
  if (typeof text === "string") return text;
  throw new ContractError([{ ...text, file, line: 1, pointer: "", message: `${file} ${text.message}` }]);
}

export function isRemote(file: string): boolean {
  return /^https?:\/\//i.test(file);
}

export function decodedText(bytes: Uint8Array): string | Refusal {
  if (bytes.length > maxBytes) {
    return { rule: "yaml", message: `is larger than ${maxBytes} bytes`, fix: "split it into several files" };
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { rule: "yaml", message: "is not valid UTF-8", fix: "save it as UTF-8" };
  }
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith("../") && !way.startsWith("..\\") && !isAbsolute(way);
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
