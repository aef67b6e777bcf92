import { duration, integer, oneOf } from "./config.ts";

export const databaseVariables = {
  databasePooler: oneOf("DATABASE_POOLER", ["none", "transaction"], {
    description: "`transaction` behind a pooler, such as PgBouncer, that shares connections by transaction",
    default: "none",
  }),
  requestConnections: connections("REQUEST", "HTTP requests", 5),
  messagingConnections: connections("MESSAGING", "consumers, outbox and jobs", 5),
  operatorConnections: connections("OPERATOR", "operators' calls", 2),
  requestStatementTimeout: statementTimeout("REQUEST", "an HTTP request", 5_000),
  messagingStatementTimeout: statementTimeout("MESSAGING", "consumers, outbox and jobs", 8_000),
  operatorStatementTimeout: statementTimeout("OPERATOR", "an operator's call", 10_000),
} as const;

function connections(share: string, users: string, preset: number) {
  return integer(`DATABASE_${share}_CONNECTIONS`, {
    description: `connections to the database for ${users}, at most; nothing else uses them`,
    default: preset,
    minimum: 1,
    maximum: 100,
  });
}

function statementTimeout(share: string, user: string, preset: number) {
  return duration(`DATABASE_${share}_STATEMENT_TIMEOUT`, {
    description: `time after which the database cancels a statement of ${user}; a second later the connection is closed`,
    default: preset,
    minimum: 500,
    maximum: 600_000,
  });
}
