/** A real OpenID provider for tests: every user who signs in, with any password, gets these roles. */
import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Configuration, Provider } from "oidc-provider";

export interface TestOpenIdProvider {
  readonly issuer: string;
  /** Variables with which the console and the services accept its tokens. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): void;
}

export interface OpenIdProviderOptions {
  readonly clientId: string;
  /** Without a slash at the end. */
  readonly consoleUrl: string;
  readonly roles: readonly string[];
}

const audience = "orders";

export async function startOpenIdProvider(options: OpenIdProviderOptions): Promise<TestOpenIdProvider> {
  const { clientId, consoleUrl, roles } = options;
  const server = createServer((request, response) => provider.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const issuer = `http://127.0.0.1:${port}`;
  const ed25519 = generateKeyPairSync("ed25519");
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys = [
    { ...ed25519.privateKey.export({ format: "jwk" }), kid: "access", alg: "EdDSA", use: "sig" },
    { ...rsa.privateKey.export({ format: "jwk" }), kid: "identity", alg: "RS256", use: "sig" },
  ];
  const configuration: Configuration = {
    clients: [
      {
        client_id: clientId,
        // A page cannot keep a secret: PKCE protects the code.
        token_endpoint_auth_method: "none",
        application_type: "native",
        redirect_uris: [`${consoleUrl}/signed-in`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    jwks: { keys } as NonNullable<Configuration["jwks"]>,
    cookies: { keys: ["of a test"] },
    clientBasedCORS: (_context, origin) => origin === consoleUrl,
    findAccount: (_context, subject) => ({ accountId: subject, claims: () => ({ sub: subject }) }),
    extraTokenClaims: () => ({ roles: [...roles] }),
    features: {
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "urn:orders",
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: "",
          audience,
          accessTokenFormat: "jwt",
          jwt: { sign: { alg: "EdDSA" } },
        }),
      },
    },
  };
  const provider = new Provider(issuer, configuration);
  const publicKey = {
    ...ed25519.publicKey.export({ format: "jwk" }),
    kid: "access",
    alg: "EdDSA",
    use: "sig",
  };
  return {
    issuer,
    environment: {
      AUTH_ISSUER: issuer,
      AUTH_AUDIENCE: audience,
      AUTH_JWKS: JSON.stringify({ keys: [publicKey] }),
      CONSOLE_AUTH_CLIENT_ID: clientId,
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
