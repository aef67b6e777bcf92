/** Makes each connection prepare a statement once, instead of parsing and planning it each time. */
import { isOutdatedPlan } from "./database-errors.ts";

/**
 * Number of texts that get a name, in order of first use: those of lists whose conditions vary would otherwise pile up.
 */
const mostStatements = 200;

const names = new Map<string, string>();
let next = 0;

interface QueryConfig {
  readonly text: string;
  readonly name?: string | undefined;
}

const isConfig = (query: unknown): query is QueryConfig =>
  typeof query === "object" && query !== null && "text" in query && typeof query.text === "string";

/** Makes `client` prepare queries given as `{ text }` under a name; plain texts (begin, commit) stay as they are. */
export function prepareStatements(client: object & { query: unknown }): void {
  const { query } = client;
  if (typeof query !== "function") throw new TypeError("a database client without queries");
  client.query = (config: unknown, ...rest: unknown[]) => {
    if (!isConfig(config) || config.name !== undefined) return query.call(client, config, ...rest);
    const callback = rest.at(-1);
    if (typeof callback === "function")
      rest[rest.length - 1] = (error: unknown, result: unknown) => {
        renameOutdated(config, error);
        callback(error, result);
      };
    const answer: unknown = query.call(client, named(config), ...rest);
    if (answer instanceof Promise) answer.catch((error: unknown) => renameOutdated(config, error));
    return answer;
  };
}

function named(config: QueryConfig): QueryConfig {
  let name = names.get(config.text);
  if (name === undefined) {
    if (names.size === mostStatements) return config;
    name = `s${next++}`;
    names.set(config.text, name);
  }
  return { ...config, name };
}

/**
 * A migration changed the type of its result: on every connection that prepared it before, the statement fails as long
 * as it has that name.
 */
function renameOutdated({ text }: QueryConfig, error: unknown): void {
  if (isOutdatedPlan(error)) names.delete(text);
}
