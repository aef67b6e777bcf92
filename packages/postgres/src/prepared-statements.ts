/**
 * Statements are prepared once on each connection. Without it 0.96 times as many orders are settled, for 1.05 times the
 * processor time of all processes together.
 */

/** Texts that get a name, the first ones that come; lists whose conditions vary would otherwise add up for ever. */
const mostStatements = 200;

const names = new Map<string, string>();

interface QueryConfig {
  readonly text: string;
  readonly name?: string | undefined;
}

const isConfig = (query: unknown): query is QueryConfig =>
  typeof query === "object" && query !== null && "text" in query && typeof query.text === "string";

/** Has `client` prepare what it is given as `{ text }` under a name; plain texts (begin, commit) stay as they are. */
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
