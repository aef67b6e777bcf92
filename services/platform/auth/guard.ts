/** Lets a request in, or not. */
import type { Config } from "../config.ts";
import { ProblemError } from "../problem.ts";
import { type Access, type Caller, forbidden, nobody } from "./caller.ts";
import { TokenError, TokenVerifier } from "./tokens.ts";
import type { authVariables } from "./variables.ts";

/** What `createApp` needs to know who calls. */
export interface Guard {
  /**
   * Who sends `request`, when they may call a route with this access; at once when their token is known.
   * Throws or rejects ProblemError: 401 with no token, or one that is not to be trusted; 403 with a role that is not
   * enough; 503 when the keys to check it with cannot be had.
   */
  admit(access: Access, request: Request): Caller | Promise<Caller>;
}

export function createGuard(config: Config<typeof authVariables>): Guard {
  const tokens = new TokenVerifier({
    issuer: config.authIssuer,
    audience: config.authAudience,
    keys: config.authKeys,
    clockSkew: config.authClockSkew,
  });
  const admitted = (access: Access, caller: Caller): Caller => {
    if (caller.role === "operator" || caller.role === access) return caller;
    throw forbidden(
      access === "operator" ? "Only an operator may do this." : "The token gives no role that may.",
    );
  };
  return {
    admit(access, request) {
      if (access === "public") return nobody;
      try {
        const caller = tokens.verify(bearerOf(request));
        if (!(caller instanceof Promise)) return admitted(access, caller);
        return caller
          .then((one) => admitted(access, one))
          .catch((error: unknown) => {
            throw refused(error);
          });
      } catch (error) {
        throw refused(error);
      }
    },
  };
}

/** @throws ProblemError 401 when there is no bearer token */
function bearerOf(request: Request): string {
  const given = request.headers.get("authorization");
  const token = given !== null && /^bearer +(\S+)$/i.exec(given)?.[1];
  if (token) return token;
  throw unauthorized('Send a token: "Authorization: Bearer …".', 'Bearer realm="orders"');
}

function refused(error: unknown): unknown {
  if (!(error instanceof TokenError)) return error;
  const { message } = error;
  const challenge = `Bearer realm="orders", error="invalid_token", error_description="${message.replaceAll('"', "'")}"`;
  return unauthorized(message, challenge);
}

function unauthorized(detail: string, challenge: string): ProblemError {
  const headers = { "www-authenticate": challenge };
  const title = "Not authenticated";
  return new ProblemError({ status: 401, name: "unauthorized", title, detail, headers });
}
