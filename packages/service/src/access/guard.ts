import type { Config } from "../config/config.ts";
import { ProblemError, unavailable } from "../http/problem.ts";
import { addressOf } from "../runtime/runtime.ts";
import { type Access, anonymous, type Caller, forbidden } from "./caller.ts";
import { type Client, ClientLimits } from "./client-limits.ts";
import type { limitVariables } from "./limit-variables.ts";
import { networkOf } from "./network.ts";
import { type Right, type Role, rolesWith } from "./rights.ts";
import type { SharedLimits } from "./shared-limits.ts";
import { type Bearer, TokenError, TokenVerifier } from "./tokens.ts";
import type { authVariables } from "./variables.ts";

/** Significant characters of an address: proxies and clients may send longer ones. */
const longestAddress = 64;

export interface GuardOptions extends Config<typeof authVariables & typeof limitVariables> {
  readonly roles: readonly Role[];
  /** Makes limits per second apply to all processes together. @default each process has its own */
  readonly limits?: SharedLimits;
  /** Guards with the same scope share their limits. @default "api" */
  readonly limitsScope?: string;
}

/** Decides who may call, and how often. */
export class Guard {
  readonly roles: readonly Role[];
  /** Milliseconds that a client has to send the body of a request. */
  readonly bodyTimeout: number;
  readonly #tokens: TokenVerifier;
  readonly #callers: ClientLimits;
  /** By address: requests without a valid token. */
  readonly #refusals: ClientLimits;
  /** Requests that `#refusals` has counted, so that it counts none twice. */
  readonly #refused = new WeakSet<Request>();
  /** Requests in progress, with their callers once known. */
  readonly #running = new Map<Request, Client | undefined>();
  readonly #options: GuardOptions;

  constructor(options: GuardOptions) {
    const { rateLimit, concurrencyLimit: concurrency, refusalLimit, rememberedClients: clients } = options;
    const { limits, limitsScope = "api" } = options;
    const report = (name: string) => limits?.report(`${limitsScope} ${name}`);
    this.#options = options;
    this.roles = options.roles;
    this.bodyTimeout = options.bodyTimeout;
    this.#callers = new ClientLimits({ rate: rateLimit, concurrency, clients, report: report("callers") });
    this.#refusals = new ClientLimits({ rate: refusalLimit, clients, report: report("refusals") });
    this.#tokens = new TokenVerifier({
      issuer: options.authIssuer,
      audience: options.authAudience,
      keys: options.authKeys,
      clockSkew: options.authClockSkew,
      remembered: clients,
    });
  }

  /** Counts a request until `leave`. @throws ProblemError 503 if too many are in progress */
  enter(request: Request): void {
    if (this.#running.size >= this.#options.requestLimit) {
      throw unavailable("Too many requests are in progress. Nothing was done; try again.", 1);
    }
    this.#running.set(request, undefined);
  }

  /** The request was answered, or never entered. */
  leave(request: Request): void {
    const client = this.#running.get(request);
    if (client) client.running--;
    this.#running.delete(request);
  }

  /**
   * The caller of `request`, if they may make a call with this access; synchronously if their token is known. Throws or
   * rejects ProblemError: 401 without a token, or with an invalid one; 403 when none of their roles has the right; 429
   * when there are too many requests of one caller; 503 when the keys to check the token with cannot be fetched.
   */
  admit(access: Access, request: Request): Caller | Promise<Caller> {
    if (access === "public") return anonymous;
    const token = bearerOf(request);
    if (token === undefined) {
      const refusal = this.#unauthorized('Send a token: "Authorization: Bearer …".');
      throw this.#refuse(request, this.#addressOf(request), refusal);
    }
    const known = this.#tokens.known(token);
    return known === undefined ? this.#check(access, request, token) : this.#admit(access, request, known);
  }

  /**
   * Whether it comes with a valid token, for decisions that anonymous callers may not make. Neither admits nor refuses
   * a caller.
   */
  async knows(request: Request): Promise<boolean> {
    const token = bearerOf(request);
    if (token === undefined) return false;
    if (this.#tokens.known(token) !== undefined) return true;
    const address = this.#addressOf(request);
    try {
      this.#refusals.require(address);
      await this.#tokens.check(token);
      return true;
    } catch (error) {
      // `admit` would count this, but does not run on public or unknown paths. It also reports the limit to the caller.
      if (error instanceof TokenError) this.#refuse(request, address, error);
      return false;
    }
  }

  async #check(needed: Right, request: Request, token: string): Promise<Caller> {
    // An address that has sent too many invalid tokens gets no more of them checked, because checking is expensive.
    const address = this.#addressOf(request); // read now: a closed connection has none
    if (!this.#refused.has(request)) this.#refusals.require(address);
    let bearer: Bearer;
    try {
      bearer = await this.#tokens.check(token);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const reason = error.message.replaceAll('"', "'");
      const why = `, error="invalid_token", error_description="${reason}"`;
      throw this.#refuse(request, address, this.#unauthorized(error.message, why));
    }
    return this.#admit(needed, request, bearer);
  }

  #admit(needed: Right, request: Request, { subject, roles: given, validUntil }: Bearer): Caller {
    this.#running.set(request, this.#callers.enter(subject));
    const sufficient = rolesWith(needed, this.roles).filter(({ name }) => given.includes(name));
    const role = sufficient.find(({ sees }) => sees === "all") ?? sufficient[0];
    if (role !== undefined) return { role, subject, validUntil };
    throw forbidden(`This needs the right "${needed}", which none of your token's roles has.`, needed);
  }

  #unauthorized(detail: string, why = ""): ProblemError {
    const headers = { "www-authenticate": `Bearer realm="${this.#options.authAudience}"${why}` };
    return new ProblemError({
      status: 401,
      name: "unauthorized",
      title: "Not authenticated",
      detail,
      headers,
    });
  }

  /** @returns the refusal, or the 429 of an address that has had too many of them */
  #refuse(request: Request, address: string, refusal: Error): unknown {
    if (this.#refused.has(request)) return refusal;
    this.#refused.add(request);
    try {
      this.#refusals.count(address);
      return refusal;
    } catch (error) {
      return error;
    }
  }

  /** The network of the client that called the first of our proxies; "" when it is unknown. */
  #addressOf(request: Request): string {
    const { forwardingHops } = this.#options;
    if (forwardingHops === 0) return networkOf(addressOf(request));
    const forwarded = request.headers.get("x-forwarded-for")?.split(",") ?? [];
    // Only what our own proxies appended, at the end, can be trusted.
    const given = forwarded.at(-forwardingHops)?.trim().slice(0, longestAddress);
    return networkOf(given || addressOf(request));
  }
}

function bearerOf(request: Request): string | undefined {
  const given = request.headers.get("authorization");
  return given === null ? undefined : /^bearer +(\S+)$/i.exec(given)?.[1];
}
