/** The files that a document may refer to, and their texts. */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { ContractError } from "../finding.ts";

/** Why a text is not read. */
export interface Refusal {
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
}

/** The text of a file or URL, or why it is not read. */
export type ReadText = (file: string) => string | Refusal;

/** Of a file or an answer. */
export const maxBytes = 20_000_000;

/** Reads files in the folder of `entry` or in the working directory, links followed, and below. */
export function localFiles(entry: string): ReadText {
  return (file) => {
    if (isRemote(file)) return remoteRefusal(file);
    const path = realPath(file);
    if (path === undefined || !statSync(path).isFile()) {
      return noFile(file);
    }
    const folders = [dirname(entry), "."].map((folder) => realPath(folder) ?? resolve(folder));
    if (!folders.some((folder) => isInside(path, folder))) {
      return {
        rule: "references",
        message: `${file} is neither below the folder of ${entry} nor below the working directory`,
        fix: "copy it there, or start in a folder that has both",
      };
    }
    return decodedText(readFileSync(path), file);
  };
}

/** The text of a document; ContractError where it has none. */
export function readText(file: string): string {
  if (!existsSync(file)) throw new ContractError([{ ...noFile(file), file, line: 1, pointer: "" }]);
  const text = decodedText(readFileSync(file), file);
  if (typeof text === "string") return text;
  throw new ContractError([{ ...text, file, line: 1, pointer: "" }]);
}

function noFile(file: string): Refusal {
  return {
    rule: "references",
    message: `there is no file ${file}`,
    fix: "correct the path; that of a reference is relative to the file that refers",
  };
}

export function isRemote(file: string): boolean {
  return /^https?:\/\//i.test(file);
}

export function remoteRefusal(url: string): Refusal {
  return {
    rule: "remote-references",
    message: `${url} is not fetched: a contract is read without the network`,
    fix: "copy the document beside the contract and refer to the copy, or allow it with --allow-remote",
  };
}

export function decodedText(bytes: Uint8Array, file: string): string | Refusal {
  if (bytes.length > maxBytes) {
    return {
      rule: "yaml",
      message: `${file} is larger than ${maxBytes} bytes`,
      fix: "split it into several files",
    };
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { rule: "yaml", message: `${file} is no text in UTF-8`, fix: "save it as UTF-8" };
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
