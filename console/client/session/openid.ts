/** Sign-in with OpenID Connect: authorization code with PKCE. Its library is loaded only where it is used. */
import type { AuthorizationServer, Client } from "oauth4webapi";
import type { Settings } from "../../src/shapes.ts";
import { signInWith } from "./session.ts";
import { storedText } from "./storage.ts";

export type OpenId = Extract<Settings["signIn"], { kind: "openid" }>;

/** Where the issuer redirects to after sign-in. */
export const callback = "/signed-in";

const library = () => import("./oauth.ts");

/** Needed after the redirect back. */
const verifier = storedText("openid.verifier");
const state = storedText("openid.state");
const wanted = storedText("openid.page");

/** Redirects to the issuer's page. */
export async function goToIssuer({ issuer, clientId, scope }: OpenId): Promise<void> {
  const oauth = await library();
  const server = await discover(issuer);
  if (server.authorization_endpoint === undefined)
    throw new Error(`${issuer} names no authorization endpoint`);
  const codeVerifier = oauth.generateRandomCodeVerifier();
  verifier.set(codeVerifier);
  const expected = oauth.generateRandomState();
  state.set(expected);
  wanted.set(location.pathname + location.search);
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: location.origin + callback,
    scope,
    state: expected,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: "S256",
  }).toString();
  location.assign(url);
}

/** @throws when the issuer refused, or the answer is not to this page's question */
export async function comeBack({ issuer, clientId }: OpenId): Promise<void> {
  const oauth = await library();
  const server = await discover(issuer);
  const client: Client = { client_id: clientId };
  const parameters = oauth.validateAuthResponse(server, client, new URL(location.href), state.get() ?? "");
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    location.origin + callback,
    verifier.get() ?? "",
    await allowHttpHere(issuer),
  );
  const answer = await oauth.processAuthorizationCodeResponse(server, client, response);
  for (const text of [verifier, state]) text.set(undefined);
  signInWith(answer.access_token);
  history.replaceState(null, "", wanted.get() ?? "/");
}

async function discover(issuer: string): Promise<AuthorizationServer> {
  const oauth = await library();
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, await allowHttpHere(issuer));
  return await oauth.processDiscoveryResponse(url, response);
}

/** Allows an issuer without TLS only on this machine, e.g. in a test. */
async function allowHttpHere(issuer: string) {
  const oauth = await library();
  return { [oauth.allowInsecureRequests]: ["127.0.0.1", "localhost"].includes(new URL(issuer).hostname) };
}
