/** What a database error means: one table for HTTP, consumers, the relay and jobs. */
import type { Fault } from "@rabbit-contract/messaging";
import pg from "pg";

/**
 * By SQLSTATE, or by its class: the first two characters. Any other is the caller's.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const faultsByState: Readonly<Record<string, Fault>> = {
  "08": "unavailable",
  "0L": "configuration", // invalid grantor
  "0P": "configuration", // invalid role specification
  "25006": "unavailable", // read-only: a standby that is not promoted yet, or a primary that was demoted
  "25P03": "suspect", // idle in a transaction for too long: the process or its handler was stuck
  "25P04": "suspect", // the transaction took too long
  "26": "configuration", // a prepared statement is missing: there is a pooler in transaction mode, and DATABASE_POOLER is not set
  // Role, password, pg_hba.conf, certificate. Also while a secret is rotated, so it is tried again.
  "28": "configuration",
  // The database or the schema does not exist: a wrong name, or not provisioned yet. An outage never looks like that.
  "3D": "configuration",
  "3F": "configuration",
  "40": "conflict",
  "40002": "caller", // a constraint that is checked at the commit
  "40003": "unavailable", // whether the statement was completed is unknown
  "42501": "configuration", // a right that the migration should have granted
  "42P05": "configuration", // a prepared statement exists already: see class 26
  // What the code names is missing: the schema is older than the code, or newer by a migration that was not expand-only.
  // The names are never data, so no message and no request can cause it.
  "42P01": "configuration", // table
  "42703": "configuration", // column
  "42883": "configuration", // function
  "42704": "configuration", // type, index, constraint
  "53": "unavailable", // disk full, too many connections
  "53200": "suspect", // out of memory
  "53400": "suspect", // more temporary files than temp_file_limit allows
  "55006": "conflict", // in use
  "55P03": "conflict", // a lock was not granted in time
  "57": "unavailable",
  "57014": "suspect", // statement_timeout: it waited for a lock, the database is slow, or it is a slow statement
  "57P04": "configuration", // the database was dropped
  "58": "unavailable", // I/O
  "72": "conflict",
  F0: "configuration",
  XX: "suspect", // internal errors, damaged data
};

const outdatedPlan = /cached plan must not change result type/;

export function isOutdatedPlan(error: unknown): boolean {
  return error instanceof pg.DatabaseError && outdatedPlan.test(error.message);
}

/** Where the SQLSTATE says too little. */
const faultsByText: readonly { readonly state: string; readonly text: RegExp; readonly fault: Fault }[] = [
  // PgBouncer uses this state for all its errors: most of them are outages, such as query_wait_timeout.
  {
    state: "08P01",
    text: /unsupported startup parameter|no such (database|user)|authentication failed|not allowed|required|config error/i,
    fault: "configuration",
  },
  // A migration changed a type that a prepared statement returns; the next attempt prepares it again.
  { state: "0A000", text: outdatedPlan, fault: "conflict" },
];

/** Errors of the driver itself, which have no SQLSTATE: by their code and message. */
const driverFaults: readonly (readonly [RegExp, Fault])[] = [
  [/^(ECONN|ENOTFOUND|EAI_|EHOST|ENET|ETIMEDOUT|EPIPE|EADDR|EMFILE|ENOENT)/, "unavailable"],
  // Before the messages about connections: a TLS error may mention one.
  [/CERT|SELF_SIGNED|ERR_(SSL|TLS)|certificate|SSL connection|SASL/i, "configuration"],
  [
    /connection (was |is )?(terminated|ended|closed|lost|error)|not queryable|timeout|timed out|after calling end on the pool/i,
    "unavailable",
  ],
];

type Operation = "connect" | "query";

/** Errors that this database's driver rejected with. */
const driverErrors = new WeakMap<Error, Fault>();

/**
 * What an error means when this database's driver raised it, or one of its causes. Undefined for every other error,
 * whatever its code: an HTTP API, the broker and a mail server have their own ECONNREFUSED.
 */
export function databaseFaultOf(error: unknown): Fault | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof CommitOutcomeUnknown) return "unavailable";
    if (cause instanceof SchemaMismatch) return "configuration";
    const fault = driverErrors.get(cause);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The level to log a failure at: `error` for one that lasts until an operator acts. */
export function levelOf(error: unknown): "error" | "warn" {
  return databaseFaultOf(error) === "configuration" ? "error" : "warn";
}

/** Makes `databaseFaultOf` recognize `error`, which the driver raised. */
export function asDatabaseError<E>(error: E, operation: Operation): E {
  if (error instanceof Error && !driverErrors.has(error)) driverErrors.set(error, classify(error, operation));
  return error;
}

function classify(error: Error, operation: Operation): Fault {
  const reason = error.cause instanceof pg.DatabaseError ? error.cause : error;
  if (reason instanceof pg.DatabaseError) return faultOfState(reason.code ?? "", reason.message);
  const code = "code" in error ? String(error.code) : "";
  const text = `${code} ${error.message}`;
  const known = driverFaults.find(([pattern]) => pattern.test(text));
  if (known) return known[1];
  // Without a connection, nothing was sent yet; a query that the driver refuses to send is wrong.
  return operation === "connect" ? "unavailable" : "caller";
}

function faultOfState(state: string, message: string): Fault {
  const row = faultsByText.find((one) => one.state === state && one.text.test(message));
  return row?.fault ?? faultsByState[state] ?? faultsByState[state.slice(0, 2)] ?? "caller";
}

/** Makes `databaseFaultOf` recognize whatever `pool` and its connections fail with. */
export function markDatabaseErrors(pool: pg.Pool): void {
  intercept(pool, "connect", (error) => asDatabaseError(error, "connect"));
  intercept(pool, "query", (error) => asDatabaseError(error, "query"));
  pool.on("connect", (client) => {
    // Why the server ended the connection, when it said so while no statement was under way.
    let farewell: pg.DatabaseError | undefined;
    client.on("error", (error) => {
      if (error instanceof pg.DatabaseError) farewell = error;
    });
    intercept(client, "query", (error) => {
      if (error instanceof Error && !(error instanceof pg.DatabaseError)) error.cause ??= farewell;
      return asDatabaseError(error, "query");
    });
  });
}
/** Passes errors of a method, which takes a callback or returns a promise, through `change`. */
function intercept(target: object, method: string, change: (error: unknown) => unknown): void {
  const original: unknown = Reflect.get(target, method);
  if (typeof original !== "function") throw new TypeError(`there is no ${method} to mark the errors of`);
  Reflect.set(target, method, (...args: unknown[]) => {
    const callback = args.at(-1);
    if (typeof callback === "function")
      args[args.length - 1] = (error: unknown, ...rest: unknown[]) =>
        callback(error ? change(error) : error, ...rest);
    const result: unknown = Reflect.apply(original, target, args);
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw change(error);
    });
  });
}

/**
 * The connection was lost while the commit was under way: the transaction has been committed as a whole, or not at all,
 * and there is no way to tell which.
 */
export class CommitOutcomeUnknown extends Error {
  override readonly name = "CommitOutcomeUnknown";
}

/** The schema is older than the code. */
export class SchemaMismatch extends Error {
  override readonly name = "SchemaMismatch";
}
