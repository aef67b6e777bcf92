/** Checks bearer tokens: JSON Web Tokens that one issuer has signed. */
import { hash } from "node:crypto";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { unavailable } from "../http/problem.ts";
import { allowedAlgorithms, type KeySource, keyFinder } from "./keys.ts";

export interface TokenOptions {
  /** The claim `iss` must be this. */
  readonly issuer: string;
  /** The claim `aud` must contain this. */
  readonly audience: string;
  readonly keys: KeySource;
  /** Milliseconds by which the issuer's clock may differ from ours. */
  readonly clockSkew: number;
  /** Maximum cached tokens. */
  readonly remembered: number;
}

/** The claims of a valid token. */
export interface Bearer {
  readonly subject: string;
  /** As the token names them. */
  readonly roles: readonly string[];
  /** Epoch milliseconds until which the token is valid. */
  readonly validUntil: number;
}

/** Why a token is rejected, in words that its bearer may read. */
export class TokenError extends Error {
  override readonly name = "TokenError";
}

/** Milliseconds after which a token is checked again before it expires: its key may have been withdrawn. */
const longestTrust = 600_000;
/** Maximum characters of a token. */
const longestToken = 8_192;
/** Subjects are written to tables, logs and responses. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/** Caches checked tokens, because checking a signature is slow; by hash, so that a memory dump contains none. */
export class TokenVerifier {
  readonly #options: TokenOptions;
  readonly #findKey: JWTVerifyGetKey;
  readonly #known = new Map<string, { readonly bearer: Bearer; readonly until: number }>();

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#findKey = keyFinder(options.keys);
  }

  /** The claims of `token`, if it was checked before. */
  known(token: string): Bearer | undefined {
    if (token.length > longestToken) return undefined;
    const known = this.#known.get(keyOf(token));
    return known !== undefined && Date.now() < known.until ? known.bearer : undefined;
  }

  /**
   * The claims of `token`, which is known from now on.
   * @throws TokenError when it is invalid, ProblemError 503 when the keys cannot be fetched
   */
  async check(token: string): Promise<Bearer> {
    if (token.length > longestToken) throw new TokenError("The token is too long.");
    const { issuer, audience, clockSkew } = this.#options;
    let payload: JWTPayload;
    try {
      const verified = await jwtVerify(token, this.#findKey, {
        issuer,
        audience,
        algorithms: allowedAlgorithms,
        clockTolerance: clockSkew / 1000,
        requiredClaims: ["exp", "sub"],
      });
      payload = verified.payload;
    } catch (error) {
      throw refusalOf(error);
    }
    const bearer = bearerOf(payload, clockSkew);
    this.#remember(keyOf(token), {
      bearer,
      until: Math.min(bearer.validUntil, Date.now() + longestTrust),
    });
    return bearer;
  }

  #remember(key: string, entry: { bearer: Bearer; until: number }): void {
    // A map is in the order of insertion, so the first one is the oldest.
    this.#known.delete(key);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= this.#options.remembered) this.#known.delete(oldest);
    this.#known.set(key, entry);
  }
}

const keyOf = (token: string) => hash("sha256", token, "base64");

function bearerOf({ sub, roles, exp }: JWTPayload, clockSkew: number): Bearer {
  if (typeof sub !== "string" || !SUBJECT.test(sub))
    throw new TokenError('The token\'s "sub" is not usable.');
  return {
    subject: sub,
    roles: Array.isArray(roles) ? roles.filter((one) => typeof one === "string") : [],
    validUntil: Number(exp) * 1000 + clockSkew,
  };
}

function refusalOf(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return new TokenError("The token has expired.");
  if (error instanceof errors.JWTClaimValidationFailed) {
    const what = error.reason === "missing" ? "is missing" : "is not the expected one";
    return new TokenError(`The token's "${error.claim}" ${what}.`);
  }
  // An unreachable issuer says nothing about the token.
  const away = !(error instanceof errors.JOSEError) || AWAY.includes(error.code);
  if (away) return unavailable("The keys to check the token with cannot be fetched. Try again.", 5, error);
  return new TokenError("The token is invalid.");
}

const AWAY: readonly string[] = [errors.JOSEError.code, errors.JWKSTimeout.code, errors.JWKSInvalid.code];
