/** The public keys that tokens are checked with. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
} from "jose";

/** The accepted algorithms by type of key. A key is used with one algorithm only, whatever a token says. */
const algorithms: Readonly<Record<string, string>> = { OKP: "EdDSA", RSA: "RS256" };
export const allowedAlgorithms: string[] = Object.values(algorithms);

/** Keys, or the URL where the issuer publishes them. */
export type KeySource = { readonly keys: readonly JWK[] } | { readonly url: string };

/** undefined if `text` is neither a valid key set nor an https URL. */
export function parseKeySource(text: string): KeySource | undefined {
  if (URL.canParse(text)) {
    const { protocol, hostname } = new URL(text);
    const local = ["localhost", "127.0.0.1", "[::1]"].includes(hostname);
    return protocol === "https:" || (protocol === "http:" && local) ? { url: text } : undefined;
  }
  const keys = keysIn(text);
  const pinned = keys.map(pin);
  const ids = new Set(pinned.map((key) => key?.kid));
  const fit = pinned.filter((key) => key !== undefined);
  return fit.length > 0 && fit.length === keys.length && ids.size === keys.length ? { keys: fit } : undefined;
}

function keysIn(text: string): readonly unknown[] {
  try {
    const { keys }: { keys?: unknown } = JSON.parse(text);
    return Array.isArray(keys) ? keys : [];
  } catch {
    return [];
  }
}

/**
 * The key with the algorithm of its type; undefined for a secret or private key, and for one that cannot be identified.
 */
function pin(key: unknown): JWK | undefined {
  if (typeof key !== "object" || key === null || "d" in key || "k" in key) return undefined;
  const { kty, kid, alg, use, crv, ...rest }: Partial<Record<string, unknown>> = { ...key };
  if (typeof kty !== "string" || typeof kid !== "string" || kid === "") return undefined;
  const algorithm = algorithms[kty];
  if (algorithm === undefined || (alg ?? algorithm) !== algorithm || (use ?? "sig") !== "sig")
    return undefined;
  if (kty === "OKP" && (crv !== "Ed25519" || typeof rest.x !== "string")) return undefined;
  if (kty === "RSA" && (typeof rest.n !== "string" || rest.n.length < 342 || typeof rest.e !== "string"))
    return undefined;
  const material =
    kty === "OKP" ? { crv: "Ed25519", x: String(rest.x) } : { n: String(rest.n), e: String(rest.e) };
  return { kty, kid, alg: algorithm, use: "sig", ...material };
}

/**
 * Finds the key that a token names. Published keys are fetched for the first token, again after ten minutes, and when a
 * token names an unknown key, but at most every half a minute.
 */
export function keyFinder(source: KeySource): JWTVerifyGetKey {
  if ("url" in source)
    return createRemoteJWKSet(new URL(source.url), { cooldownDuration: 30_000, cacheMaxAge: 600_000 });
  const set: JSONWebKeySet = { keys: [...source.keys] };
  return createLocalJWKSet(set);
}
