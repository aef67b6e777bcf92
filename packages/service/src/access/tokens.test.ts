import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { ProblemError } from "../http/problem.ts";
import { environmentFor, makeToken, newIssuer } from "../testing/tokens.ts";
import { parseKeySource } from "./keys.ts";
import { type Bearer, TokenError, type TokenOptions, TokenVerifier } from "./tokens.ts";

const issuer = newIssuer("https://issuer.test");
const jwks = environmentFor(issuer).AUTH_JWKS;

function verifier(options: Partial<TokenOptions> = {}): TokenVerifier {
  const keys = parseKeySource(jwks);
  assert.ok(keys);
  return new TokenVerifier({
    issuer: issuer.issuer,
    audience: issuer.audience,
    keys,
    clockSkew: 30_000,
    remembered: 10,
    ...options,
  });
}

const now = () => Math.floor(Date.now() / 1000);
const request = { roles: ["member"], subject: "ada" };
const claimsOf = (bearer: Bearer | undefined) => bearer && { roles: bearer.roles, subject: bearer.subject };
const member = { roles: ["member"], subject: "ada" };

describe("a bearer token", () => {
  it("identifies the caller, and is known from then on", async () => {
    const tokens = verifier();
    const token = await makeToken(issuer, request);
    assert.equal(tokens.known(token), undefined);
    assert.deepEqual(claimsOf(await tokens.check(token)), member);
    assert.deepEqual(claimsOf(tokens.known(token)), member);
  });

  it("has the roles that it names, or none", async () => {
    const { privateKey } = issuer;
    const { kid = "", alg = "" } = privateKey;
    const { importJWK } = await import("jose");
    const sign = async (claims: JWTPayload) =>
      new SignJWT({ iss: issuer.issuer, aud: issuer.audience, sub: "s", exp: now() + 60, ...claims })
        .setProtectedHeader({ alg, kid })
        .sign(await importJWK(privateKey, alg));
    const rolesOf = async (claims: JWTPayload) => (await verifier().check(await sign(claims))).roles;
    assert.deepEqual(await rolesOf({ roles: ["member", 7, "baker"] }), ["member", "baker"]);
    assert.deepEqual(await rolesOf({ roles: "operator" }), []);
    assert.deepEqual(await rolesOf({}), []);
    assert.deepEqual(await rolesOf({ aud: ["others", issuer.audience], roles: ["member"] }), ["member"]);
    for (const sub of ["", "a\0b", "x".repeat(256), "line\nbreak"]) {
      await assert.rejects(async () => rolesOf({ sub }), TokenError, JSON.stringify(sub));
    }
    for (const sub of [5, true, ["s"]]) {
      await assert.rejects(async () => rolesOf(JSON.parse(JSON.stringify({ sub }))), TokenError, String(sub));
    }
  });

  it("is accepted within the clock skew after its expiry, and no later", async () => {
    const tokens = verifier();
    const late = (seconds: number) => makeToken(issuer, { ...request, lifetime: `${-seconds} seconds` });
    const token = await late(10);
    assert.deepEqual(claimsOf(await tokens.check(token)), member);
    await assert.rejects(async () => tokens.check(await late(40)), /expired/);
    assert.deepEqual(claimsOf(tokens.known(token)), member);
  });

  it("is forgotten when there are too many others, and then checked again", async () => {
    const tokens = verifier({ remembered: 3 });
    const all = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        makeToken(issuer, { roles: ["member"], subject: `c-${index}` }),
      ),
    );
    for (const token of all) await tokens.check(token);
    const known = all.map((token) => tokens.known(token) !== undefined);
    assert.deepEqual(known, [false, false, true, true, true]);
  });

  it("may be signed with RS256 by an RSA key", async () => {
    const { privateKey, publicKey } = await generateKeyPair("RS256", { extractable: true });
    const keys = parseKeySource(JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: "rsa" }] }));
    assert.ok(keys);
    const token = await new SignJWT({ roles: ["operator"] })
      .setProtectedHeader({ alg: "RS256", kid: "rsa" })
      .setIssuer(issuer.issuer)
      .setAudience(issuer.audience)
      .setSubject("ada")
      .setExpirationTime("1 minute")
      .sign(privateKey);
    assert.deepEqual(claimsOf(await verifier({ keys }).check(token)), {
      roles: ["operator"],
      subject: "ada",
    });
  });
});

describe("the issuer's published keys", () => {
  it("are fetched, and fetched again for an unknown key; while they are unreachable, tokens are not rejected as invalid", async () => {
    let published = JSON.stringify({ keys: [] });
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.writeHead(published === "" ? 503 : 200, { "content-type": "application/json" }).end(published);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    try {
      const keys = parseKeySource(`http://127.0.0.1:${port}/jwks.json`);
      assert.ok(keys);
      const token = await makeToken(issuer, request);
      published = "";
      await assert.rejects(
        async () => verifier({ keys }).check(token),
        (error) => error instanceof ProblemError && error.status === 503 && "retry-after" in error.headers,
      );
      published = jwks;
      const tokens = verifier({ keys });
      assert.deepEqual(claimsOf(await tokens.check(token)), member);
      const other = await tokens.check(await makeToken(issuer, { ...request, subject: "c-2" }));
      assert.deepEqual(claimsOf(other), {
        ...member,
        subject: "c-2",
      });
      assert.equal(asked, 2);
      await assert.rejects(
        async () => tokens.check(await makeToken(newIssuer(issuer.issuer), request)),
        TokenError,
      );
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe("AUTH_JWKS", () => {
  const [key] = JSON.parse(jwks).keys;
  const set = (...keys: unknown[]) => JSON.stringify({ keys });
  for (const [what, text] of [
    ["no JSON", "keys"],
    ["no keys", set()],
    ["a private key", set({ ...key, d: "c2VjcmV0" })],
    ["a secret one", set({ kty: "oct", kid: "1", k: "c2VjcmV0" })],
    ["an algorithm that is not the key's", set({ ...key, alg: "HS256" })],
    ["another curve", set({ ...key, crv: "X25519" })],
    ["a key to encrypt with", set({ ...key, use: "enc" })],
    ["a key without kid", set({ ...key, kid: undefined })],
    ["two keys of one kid", set(key, key)],
    ["a short RSA key", set({ kty: "RSA", kid: "1", n: "x".repeat(171), e: "AQAB" })],
    ["an elliptic curve", set({ kty: "EC", crv: "P-256", kid: "1", x: "x", y: "y" })],
    ["a URL without TLS", "http://issuer.example/jwks.json"],
    ["a file's URL", "file:///etc/passwd"],
  ]) {
    it(`must not hold ${what}`, () => assert.equal(parseKeySource(text ?? ""), undefined));
  }

  it("may be keys, or where they are published", () => {
    assert.deepEqual(parseKeySource(set(key)), { keys: [key] });
    const url = "https://issuer.example/jwks.json";
    assert.deepEqual(parseKeySource(url), { url });
  });
});
