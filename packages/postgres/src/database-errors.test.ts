import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Fault } from "@rabbit-contract/messaging";
import pg from "pg";
import { asDatabaseError, databaseFaultOf } from "./database-errors.ts";

/** An error with this state, as the driver raises it. */
function raised(state: string, message = "it failed"): Error {
  const error = Object.assign(new pg.DatabaseError(message, message.length, "error"), { code: state });
  return asDatabaseError(error, "query");
}

function driverError(message: string, code?: string): Error {
  return asDatabaseError(Object.assign(new Error(message), code && { code }), "query");
}

describe("the table of database errors", () => {
  const rows: readonly (readonly [state: string, Fault, message?: string])[] = [
    ["08000", "unavailable"],
    ["08001", "unavailable"],
    ["08003", "unavailable"],
    ["08004", "unavailable"],
    ["08006", "unavailable"],
    ["08007", "unavailable"],
    ["08P01", "unavailable", "query_wait_timeout"],
    ["08P01", "unavailable", "server login has been failing, try again later (server_login_retry)"],
    ["08P01", "unavailable", "no more connections allowed (max_client_conn)"],
    ["08P01", "configuration", "unsupported startup parameter: statement_timeout"],
    ["08P01", "configuration", "no such database: gone"],
    ["0A000", "conflict", "cached plan must not change result type"],
    ["25001", "caller"],
    ["25P02", "caller"],
    ["26000", "configuration"],
    ["28000", "configuration"],
    ["40000", "conflict"],
    ["40002", "caller"],
    ["40003", "unavailable"],
    ["42P05", "configuration"],
    ["53000", "unavailable"],
    ["53100", "unavailable"],
    ["53200", "suspect"],
    ["53400", "suspect"],
    ["54001", "caller"],
    ["55006", "conflict"],
    ["57000", "unavailable"],
    ["57P02", "unavailable"],
    ["57P03", "unavailable"],
    ["57P04", "configuration"],
    ["57P05", "unavailable"],
    ["58030", "unavailable"],
    ["72000", "conflict"],
    ["F0000", "configuration"],
    ["P0001", "caller"],
    ["XX000", "suspect"],
    ["ZZ999", "caller"],
  ];
  for (const [state, fault, message] of rows) {
    it(`says ${fault} for ${state}${message === undefined ? "" : `, ${message}`}`, () =>
      assert.equal(databaseFaultOf(raised(state, message)), fault));
  }

  const errors: readonly (readonly [message: string, code: string | undefined, Fault])[] = [
    ["connect ECONNREFUSED 127.0.0.1:5432", "ECONNREFUSED", "unavailable"],
    ["read ECONNRESET", "ECONNRESET", "unavailable"],
    ["write EPIPE", "EPIPE", "unavailable"],
    ["getaddrinfo ENOTFOUND db", "ENOTFOUND", "unavailable"],
    ["getaddrinfo EAI_AGAIN db", "EAI_AGAIN", "unavailable"],
    ["Connection terminated unexpectedly", undefined, "unavailable"],
    ["Connection terminated due to connection timeout", undefined, "unavailable"],
    ["timeout exceeded when trying to connect", undefined, "unavailable"],
    ["Client has encountered a connection error and is not queryable", undefined, "unavailable"],
    ["Client was closed and is not queryable", undefined, "unavailable"],
    ["Query read timeout", undefined, "unavailable"],
    ["Cannot use a pool after calling end on the pool", undefined, "unavailable"],
    ["self-signed certificate", "DEPTH_ZERO_SELF_SIGNED_CERT", "configuration"],
    ["invalid peer certificate: UnknownIssuer", undefined, "configuration"],
    ["The server does not support SSL connections", undefined, "configuration"],
    ["SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string", undefined, "configuration"],
    ["circular reference detected while preparing", undefined, "caller"],
    ["Query values must be an array", undefined, "caller"],
  ];
  for (const [message, code, fault] of errors) {
    it(`says ${fault} for the driver's "${message}"`, () =>
      assert.equal(databaseFaultOf(driverError(message, code)), fault));
  }

  it("ignores errors that this database's driver did not raise, whatever their code", () => {
    const elsewhere = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:8080"), {
      code: "ECONNREFUSED",
    });
    const other = Object.assign(new pg.DatabaseError("too many", 8, "error"), { code: "53300" });
    for (const error of [elsewhere, other, new Error("timeout exceeded"), "ECONNREFUSED", undefined])
      assert.equal(databaseFaultOf(error), undefined);
    assert.equal(databaseFaultOf(new Error("cannot ask", { cause: elsewhere })), undefined);
  });
});
