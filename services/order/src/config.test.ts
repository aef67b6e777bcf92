import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError, readConfig, tlsProblems } from "@rabbit-contract/service/config";
import { authEnvironment } from "@rabbit-contract/service/testing";
import { variables } from "./config.ts";

const secret = "do-not-print-me";
const valid = {
  ...authEnvironment,
  ORDER_AMQP_URL: `amqp://order:${secret}@127.0.0.1:1`,
  ORDER_DATABASE_URL: `postgres://order:${secret}@127.0.0.1:1/order`,
};

/** What `main.ts` says about the configuration; nothing if it starts. */
function problemsOf(environment: Readonly<Record<string, string>>): string {
  try {
    return tlsProblems(readConfig(variables, { ...valid, ...environment })).join("\n");
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
}

describe("an invalid configuration", () => {
  const privateKey = JSON.stringify({ keys: [{ kty: "OKP", crv: "Ed25519", kid: "1", x: "x", d: secret }] });
  for (const [what, wrong, named] of [
    ["no keys", { AUTH_JWKS: "" }, /AUTH_JWKS is missing/],
    ["no issuer", { AUTH_ISSUER: "" }, /AUTH_ISSUER is missing/],
    ["a private key", { AUTH_JWKS: privateKey }, /AUTH_JWKS must be a JSON Web Key Set of public keys/],
    [
      "an AMQP URL of another protocol",
      { ORDER_AMQP_URL: `http://order:${secret}@broker` },
      /ORDER_AMQP_URL must be/,
    ],
    ["no URL of a database", { ORDER_DATABASE_URL: secret }, /ORDER_DATABASE_URL must be/],
    ["a rate that is not a number", { RATE_LIMIT: secret }, /RATE_LIMIT must be an integer/],
    [
      "a key without its certificate",
      { AMQP_KEY: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----` },
      /AMQP_CERTIFICATE and AMQP_KEY go together/,
    ],
    [
      "a missing secret file",
      { AUTH_JWKS: "", AUTH_JWKS_FILE: "/nowhere/jwks.json" },
      /AUTH_JWKS_FILE must name a file/,
    ],
  ] as const) {
    it(`is refused with an error that names the variable but not its value: ${what}`, () => {
      const problems = problemsOf(wrong);
      assert.match(problems, named);
      assert.doesNotMatch(problems, new RegExp(secret));
    });
  }

  it("is the only one that is refused", () => assert.equal(problemsOf({}), ""));
});
