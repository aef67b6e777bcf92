import { duration, text, type Variable } from "../config/config.ts";
import { type KeySource, parseKeySource } from "./keys.ts";

export const authVariables = {
  authIssuer: text("AUTH_ISSUER", { description: 'issuer of the tokens: their "iss"' }),
  authAudience: text("AUTH_AUDIENCE", { description: 'audience of the tokens: their "aud" contains it' }),
  authKeys: keys("AUTH_JWKS", "public keys of the issuer"),
  authClockSkew: duration("AUTH_CLOCK_SKEW", {
    description: "tolerated difference between the issuer's clock and ours",
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
