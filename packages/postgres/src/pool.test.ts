import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { databaseConnection } from "./pool.ts";

const ca = "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----";

describe("the connection to the database", () => {
  it("follows the URL, unless a CA certificate is given", () => {
    const url = "postgres://app:secret@db/app?sslmode=disable&application_name=x";
    assert.deepEqual(databaseConnection(url), { connectionString: url });
    assert.deepEqual(databaseConnection(url, { databaseCa: ca }), {
      connectionString: "postgres://app:secret@db/app?application_name=x",
      ssl: { ca },
    });
    assert.deepEqual(databaseConnection("postgres://[::1]/app", { databaseCa: ca }).ssl, {
      ca,
      host: "::1",
    });
  });
});
