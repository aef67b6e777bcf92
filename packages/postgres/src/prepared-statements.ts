/** Has each connection prepare a statement once, instead of parsing and planning it each time. */

/** Texts that get a name, in order of first use: lists whose conditions vary would otherwise pile up without end. */
const mostStatements = 200;

const names = new Map<string, string>();

interface QueryConfig {
  readonly text: string;
  readonly name?: string | undefined;
}

const isConfig = (query: unknown): query is QueryConfig =>
  typeof query === "object" && query !== null && "text" in query && typeof query.text === "string";

/** Has `client` prepare queries given as `{ text }` under a name; plain texts (begin, commit) stay as they are. */
export function prepareStatements(client: object & { query: unknown }): void {
  const { query } = client;
  if (typeof query !== "function") throw new TypeError("a database client without queries");
  client.query = (config: unknown, ...rest: unknown[]) =>
    query.call(client, isConfig(config) && config.name === undefined ? named(config) : config, ...rest);
}

function named(config: QueryConfig): QueryConfig {
  let name = names.get(config.text);
  if (name === undefined) {
    if (names.size === mostStatements) return config;
    name = `s${names.size}`;
    names.set(config.text, name);
  }
  return { ...config, name };
}
