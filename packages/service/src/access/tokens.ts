/** Checks bearer tokens: JSON Web Tokens that one issuer has signed for this system. */
import { hash } from "node:crypto";
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { unavailable } from "../http/problem.ts";
import { type Caller, roles } from "./caller.ts";
import { allowedAlgorithms, type KeySource, keyFinder } from "./keys.ts";

export interface TokenOptions {
  /** What the claim `iss` must be. */
  readonly issuer: string;
  /** What the claim `aud` must have. */
  readonly audience: string;
  readonly keys: KeySource;
  /** Milliseconds that the issuer's clock may differ from ours. */
  readonly clockSkew: number;
  /** Tokens that are remembered, at most. @default 10 000 */
  readonly remembered?: number;
}

/** Why a token is refused, in words that its bearer may read. */
export class TokenError extends Error {
  override readonly name = "TokenError";
}

/** Milliseconds after which a token is checked again though it has not expired: its key may have been withdrawn. */
const longestTrust = 600_000;
/** Characters. Nothing longer is looked at. */
const longestToken = 8_192;
/** It goes into tables, logs and answers. */
const SUBJECT = /^[^\p{Cc}\p{Cs}]{1,255}$/u;

/**
 * Checking a signature takes as long as a good part of an order, so what was checked is remembered, by its hash: a
 * dump of the memory holds no token.
 */
export class TokenVerifier {
  readonly #options: TokenOptions;
  readonly #findKey: JWTVerifyGetKey;
  readonly #known = new Map<string, { readonly caller: Caller; readonly until: number }>();

  constructor(options: TokenOptions) {
    this.#options = options;
    this.#findKey = keyFinder(options.keys);
  }

  /** Who bears `token`, when it was checked before. */
  known(token: string): Caller | undefined {
    if (token.length > longestToken) return undefined;
    const known = this.#known.get(keyOf(token));
    return known !== undefined && Date.now() < known.until ? known.caller : undefined;
  }

  /**
   * Who bears `token`, from now on known.
   * @throws TokenError when it is not to be trusted, ProblemError 503 when the keys cannot be fetched
   */
  async check(token: string): Promise<Caller> {
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
    const caller = callerOf(payload);
    this.#remember(keyOf(token), {
      caller,
      until: Math.min(Number(payload.exp) * 1000 + clockSkew, Date.now() + longestTrust),
    });
    return caller;
  }

  #remember(key: string, entry: { caller: Caller; until: number }): void {
    // Last in: a map is in the order of insertion, so the first one is the oldest.
    this.#known.delete(key);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= (this.#options.remembered ?? 10_000))
      this.#known.delete(oldest);
    this.#known.set(key, entry);
  }
}

const keyOf = (token: string) => hash("sha256", token, "base64");

function callerOf({ sub, roles: claimed }: JWTPayload): Caller {
  if (sub === undefined || !SUBJECT.test(sub))
    throw new TokenError('The token\'s "sub" is not fit to be used.');
  const role = roles.find((one) => Array.isArray(claimed) && claimed.includes(one));
  return { role: role ?? "none", subject: sub };
}

function refusalOf(error: unknown): Error {
  if (error instanceof errors.JWTExpired) return new TokenError("The token has expired.");
  if (error instanceof errors.JWTClaimValidationFailed) {
    const what = error.reason === "missing" ? "is missing" : "is not what it must be";
    return new TokenError(`The token's "${error.claim}" ${what}.`);
  }
  // That the issuer is away says nothing about the token.
  const away = !(error instanceof errors.JOSEError) || AWAY.includes(error.code);
  if (away) return unavailable("The keys to check the token with cannot be fetched. Try again.", 5, error);
  return new TokenError("The token is not one that this system trusts.");
}

const AWAY: readonly string[] = [errors.JOSEError.code, errors.JWKSTimeout.code, errors.JWKSInvalid.code];
