/** Lets a request in, or not. */
import type { Config } from "../config/config.ts";
import { ProblemError, unavailable } from "../http/problem.ts";
import { addressOf } from "../runtime/runtime.ts";
import { type Access, type Caller, forbidden, nobody } from "./caller.ts";
import { type Client, ClientLimits } from "./client-limits.ts";
import type { limitVariables } from "./limit-variables.ts";
import { TokenError, TokenVerifier } from "./tokens.ts";
import type { authVariables } from "./variables.ts";

/** Characters of an address that are told apart: of what others send, only so much is remembered. */
const longestAddress = 64;

/** Knows who calls, and how much they may ask for. */
export class Guard {
  readonly #tokens: TokenVerifier;
  readonly #callers: ClientLimits;
  /** By address, those who do not say who they are as they should. */
  readonly #strangers: ClientLimits;
  readonly #admitted = new WeakMap<Request, Client>();
  readonly #config: Config<typeof limitVariables>;
  #running = 0;

  constructor(config: Config<typeof authVariables & typeof limitVariables>) {
    const { rateLimit, concurrencyLimit: concurrency, refusalLimit, rememberedClients: clients } = config;
    this.#config = config;
    this.#callers = new ClientLimits({ rate: rateLimit, concurrency, clients });
    this.#strangers = new ClientLimits({ rate: refusalLimit, clients });
    this.#tokens = new TokenVerifier({
      issuer: config.authIssuer,
      audience: config.authAudience,
      keys: config.authKeys,
      clockSkew: config.authClockSkew,
    });
  }

  /** Counts a request that has come; whoever calls it calls `leave` in the end. @throws ProblemError 503 */
  enter(): void {
    if (this.#running >= this.#config.requestLimit) {
      throw unavailable("There is too much to do at the moment. Nothing was done; try again.", 1);
    }
    this.#running++;
  }

  /**
   * Who sends `request`, when they may call a route with this access; at once when their token is known.
   * Throws or rejects ProblemError: 401 with no token, or one that is not to be trusted; 403 with a role that is not
   * enough; 429 for whoever asks too much; 503 when the keys to check the token with cannot be had.
   */
  admit(access: Access, request: Request): Caller | Promise<Caller> {
    if (access === "public") return nobody;
    const token = bearerOf(request);
    if (token === undefined) {
      const refusal = unauthorized('Send a token: "Authorization: Bearer …".', 'Bearer realm="orders"');
      throw this.#refuse(this.#addressOf(request), refusal);
    }
    const known = this.#tokens.known(token);
    return known === undefined ? this.#check(access, request, token) : this.#admit(access, request, known);
  }

  /** The request was answered. */
  leave(request: Request | undefined): void {
    this.#running--;
    const client = request && this.#admitted.get(request);
    if (client) client.running--;
  }

  async #check(access: Access, request: Request, token: string): Promise<Caller> {
    // Those whose tokens were wrong too often get no more of them checked, which is what costs.
    const address = this.#addressOf(request); // asked now: of a connection that is gone, nobody can tell
    this.#strangers.require(address);
    let caller: Caller;
    try {
      caller = await this.#tokens.check(token);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      const reason = error.message.replaceAll('"', "'");
      const challenge = `Bearer realm="orders", error="invalid_token", error_description="${reason}"`;
      throw this.#refuse(address, unauthorized(error.message, challenge));
    }
    return this.#admit(access, request, caller);
  }

  #admit(access: Access, request: Request, caller: Caller): Caller {
    this.#admitted.set(request, this.#callers.enter(caller.subject));
    if (caller.role === "operator" || caller.role === access) return caller;
    throw forbidden(
      access === "operator" ? "Only an operator may do this." : "The token gives no role that may.",
    );
  }

  /** @returns the refusal, or the 429 of an address that has had too many of them */
  #refuse(address: string, refusal: ProblemError): unknown {
    try {
      this.#strangers.count(address);
      return refusal;
    } catch (error) {
      return error;
    }
  }

  /** Of whoever called the first of our proxies; "" when it cannot be told. */
  #addressOf(request: Request): string {
    const { forwardingHops } = this.#config;
    if (forwardingHops === 0) return addressOf(request);
    const forwarded = request.headers.get("x-forwarded-for")?.split(",") ?? [];
    // Only what our own proxies have added, at the end, is true.
    return forwarded.at(-forwardingHops)?.trim().slice(0, longestAddress) || addressOf(request);
  }
}

function bearerOf(request: Request): string | undefined {
  const given = request.headers.get("authorization");
  return given === null ? undefined : /^bearer +(\S+)$/i.exec(given)?.[1];
}

function unauthorized(detail: string, challenge: string): ProblemError {
  const headers = { "www-authenticate": challenge };
  const title = "Not authenticated";
  return new ProblemError({ status: 401, name: "unauthorized", title, detail, headers });
}
