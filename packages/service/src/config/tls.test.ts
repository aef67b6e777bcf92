import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError, readConfig } from "./config.ts";
import { tlsProblems, tlsVariables } from "./tls.ts";

const ca = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
const key = "-----BEGIN EC PRIVATE KEY-----\nMHcC\n-----END EC PRIVATE KEY-----\n";

describe("certificates and keys", () => {
  it("are PEM, each of its kind", () => {
    assert.equal(readConfig(tlsVariables, { AMQP_CA: `${ca}\n${ca}\n` }).amqpCa, `${ca}\n${ca}\n`);
    assert.equal(readConfig(tlsVariables, { DATABASE_KEY: key }).databaseKey, key);
    for (const wrong of [{ AMQP_CA: key }, { AMQP_KEY: ca }, { DATABASE_CA: "/etc/ssl/ca.pem" }]) {
      assert.throws(() => readConfig(tlsVariables, wrong), ConfigError);
    }
  });

  it("that contradict each other are named", () => {
    const plain = "amqp://app:secret@broker";
    assert.deepEqual(tlsProblems({ amqpUrl: plain }), []);
    assert.deepEqual(tlsProblems({ amqpUrl: "amqps://a,amqps://b", amqpCa: ca, databaseCa: ca }), []);
    for (const [wrong, named] of [
      [{ amqpCertificate: ca }, /^AMQP_CERTIFICATE and AMQP_KEY/],
      [{ databaseCa: ca, databaseKey: key }, /^DATABASE_CERTIFICATE and DATABASE_KEY/],
      [{ databaseCertificate: ca, databaseKey: key }, /needs DATABASE_CA/],
      [{ amqpCa: ca, amqpUrl: `amqps://a,${plain}` }, /amqps:\/\//],
    ] as const) {
      const problems = tlsProblems(wrong).join("\n");
      assert.match(problems, named);
      assert.doesNotMatch(problems, /secret/);
    }
  });
});
