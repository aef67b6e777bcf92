import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { databaseConnection } from "./connection.ts";

const ca = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----";

describe("the connection to the database", () => {
  it("is as the URL says, unless an authority of our own vouches for it", () => {
    const url = "postgres://order:secret@db/order?sslmode=disable&application_name=x";
    assert.deepEqual(databaseConnection(url), { connectionString: url });
    assert.deepEqual(databaseConnection(url, { databaseCa: ca }), {
      connectionString: "postgres://order:secret@db/order?application_name=x",
      ssl: { ca },
    });
    assert.deepEqual(databaseConnection("postgres://[::1]/order", { databaseCa: ca }).ssl, {
      ca,
      host: "::1",
    });
  });
});
