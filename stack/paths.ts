import { resolve } from "node:path";

/** The project's folder. */
export const root: string = resolve(import.meta.dirname ?? ".", "..");
/** What the stack keeps on disk: state, data and logs of the local processes, or the passwords of the containers. */
export const stackDirectory = resolve(root, ".local/stack");
export const logDirectory = resolve(stackDirectory, "logs");
