/** Tokens that must be rejected, built by hand: a good library refuses to create most of them. */
import { createHmac, createPrivateKey, type KeyObject, sign } from "node:crypto";
import { newIssuer, testIssuer } from "@rabbit-contract/service/testing";

const { issuer, audience, privateKey } = testIssuer;
const { d, ...publicKey } = privateKey;
const key = keyOf(privateKey);
const other = newIssuer(issuer);

interface Changes {
  readonly header?: object;
  readonly claims?: object;
  /** @default signs with the issuer's own key */
  readonly signature?: (signed: string) => string;
}

/** As the issuer would make it, except for the changes. Undefined claims are left out. */
function token({ header, claims, signature = signedWith(key) }: Changes): string {
  const seconds = Math.floor(Date.now() / 1000);
  const payload = {
    iss: issuer,
    aud: audience,
    sub: "c-1",
    roles: ["operator"],
    iat: seconds,
    exp: seconds + 3600,
    ...claims,
  };
  const signed = [{ alg: "EdDSA", kid: privateKey.kid, ...header }, payload].map(encode).join(".");
  return `${signed}.${signature(signed)}`;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

function keyOf(jwk: typeof privateKey): KeyObject {
  return createPrivateKey({ key: { ...jwk }, format: "jwk" });
}

function signedWith(key: KeyObject): (signed: string) => string {
  return (signed) => sign(null, Buffer.from(signed), key).toString("base64url");
}

const withSecret = (secret: string | Buffer) => (signed: string) =>
  createHmac("sha256", secret).update(signed).digest("base64url");

const past = Math.floor(Date.now() / 1000) - 3600;
const good = token({});
const [head = "", , signature = ""] = good.split(".");

/** What each has wrong with it; all claim to be an operator. */
export const forgedTokens: Readonly<Record<string, string>> = {
  "that has expired": token({ claims: { exp: past } }),
  "that never expires": token({ claims: { exp: undefined } }),
  "that is not valid yet": token({ claims: { nbf: past + 7200 } }),
  "of another issuer": token({ claims: { iss: "https://elsewhere.test" } }),
  "of no issuer": token({ claims: { iss: undefined } }),
  "for another audience": token({ claims: { aud: "warehouse" } }),
  "for no audience": token({ claims: { aud: undefined } }),
  "without a subject": token({ claims: { sub: undefined } }),
  "without a signature, alg none": token({ header: { alg: "none" }, signature: () => "" }),
  "with alg None and the signature of another": token({
    header: { alg: "None" },
    signature: () => signature,
  }),
  "signed with HS256 and the public key as secret": token({
    header: { alg: "HS256" },
    signature: withSecret(Buffer.from(String(publicKey.x), "base64url")),
  }),
  "signed with HS256 and the key set as secret": token({
    header: { alg: "HS256" },
    signature: withSecret(JSON.stringify(publicKey)),
  }),
  "signed with HS256 and no secret": token({ header: { alg: "HS256" }, signature: withSecret("") }),
  "said to be RS256, of an Ed25519 key": token({ header: { alg: "RS256" } }),
  "of an unknown key": token({ header: { kid: "unknown" } }),
  "of another key under the known kid": token({ signature: signedWith(keyOf(other.privateKey)) }),
  "that brings its own key": token({
    header: { kid: other.privateKey.kid, jwk: { ...other.privateKey, d: undefined } },
    signature: signedWith(keyOf(other.privateKey)),
  }),
  "with an extension that must be understood": token({ header: { crit: ["future"], future: 1 } }),
  "whose claims were changed": [
    head,
    encode({ iss: issuer, aud: audience, sub: "c-1", roles: ["operator"], exp: past + 9999 }),
    signature,
  ].join("."),
  "whose signature was cut": good.slice(0, -8),
  "that is two parts": good.slice(0, good.lastIndexOf(".")),
  "that is no token": "let-me-in",
  "of 10,000 characters": `${good}${"A".repeat(10_000)}`,
};

/** To show that the changes are what is rejected. */
export const genuineToken = good;
