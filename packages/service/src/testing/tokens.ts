/** An issuer of tokens for tests and local use; a real system has its own. */
import { createHash, generateKeyPairSync } from "node:crypto";
import { importJWK, type JWK, SignJWT } from "jose";

export interface Issuer {
  readonly issuer: string;
  readonly audience: string;
  /** With `kid` and `alg`. */
  readonly privateKey: JWK;
}

export interface TokenRequest {
  readonly roles: readonly string[];
  readonly subject: string;
  /** As jose takes it, such as `1h`. @default "12h" */
  readonly lifetime?: string;
}

/** An issuer with an Ed25519 key of its own. */
export function newIssuer(issuer: string, audience = "test"): Issuer {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { kty, crv, x, d } = privateKey.export({ format: "jwk" });
  if (!kty || !crv || !x || !d) throw new Error("cannot make an Ed25519 key: this runtime exports no JWK");
  const kid = createHash("sha256").update(x).digest("base64url").slice(0, 16);
  return { issuer, audience, privateKey: { kty, crv, x, d, kid, alg: "EdDSA" } };
}

/** Environment variables with which a service accepts the tokens of this issuer. */
export function environmentFor({ issuer, audience, privateKey: { d, ...publicKey } }: Issuer) {
  return {
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: audience,
    AUTH_JWKS: JSON.stringify({ keys: [{ ...publicKey, use: "sig" }] }),
  };
}

export async function makeToken(
  { issuer, audience, privateKey }: Issuer,
  { roles, subject, lifetime = "12h" }: TokenRequest,
): Promise<string> {
  const { kid = "", alg = "" } = privateKey;
  return new SignJWT({ roles })
    .setProtectedHeader({ alg, kid, typ: "at+jwt" })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(subject)
    .setIssuedAt()
    .setExpirationTime(lifetime)
    .sign(await importJWK(privateKey, alg));
}
