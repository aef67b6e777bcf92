import { duration, text, type Variable } from "../config/config.ts";
import { type KeySource, parseKeySource } from "./keys.ts";

/** Environment variables that say whose tokens a service takes. */
export const authVariables = {
  authIssuer: text("AUTH_ISSUER", { description: 'who makes the tokens that callers bear: their "iss"' }),
  authAudience: text("AUTH_AUDIENCE", { description: 'whom the tokens are made for: their "aud" has it' }),
  authKeys: keys("AUTH_JWKS", "the issuer's public keys; AUTH_JWKS_FILE names a file of them"),
  authClockSkew: duration("AUTH_CLOCK_SKEW", {
    description: "how much the issuer's clock may differ from ours",
    default: 30_000,
    maximum: 120_000,
  }),
} as const;

function keys(name: string, description: string): Variable<KeySource> {
  return {
    name,
    description,
    expected:
      "a JSON Web Key Set of public keys, each Ed25519 or RSA of at least 2048 bits and with a kid of its own, or " +
      "the https URL of one",
    parse(given) {
      const value = parseKeySource(given);
      return value && { value };
    },
  };
}
