import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { startOpenIdProvider, type TestOpenIdProvider } from "@orders/stack/testing/openid-provider";
import { freePort } from "@rabbit-contract/messaging/testing";
import { createLogger } from "@rabbit-contract/service";
import { listen } from "@rabbit-contract/service/http";
import { expectProblem, guardFor } from "@rabbit-contract/service/testing";
import { roles } from "../access.ts";
import { Flow } from "../flow/flow.ts";
import type { Settings } from "../shapes.ts";
import { createConsoleApp } from "./app.ts";

const log = createLogger({ service: "console", level: "fatal" });
const nobody = "http://user:password@127.0.0.1:1";

describe("sign-in with OpenID Connect", () => {
  let provider: TestOpenIdProvider;
  let url: string;
  const stops: (() => unknown)[] = [];

  before(async () => {
    const port = await freePort();
    const consoleUrl = `http://127.0.0.1:${port}`;
    provider = await startOpenIdProvider({ clientId: "console", consoleUrl, roles: ["reader"] });
    const settings: Settings = {
      signIn: { kind: "openid", issuer: provider.issuer, clientId: "console", scope: "openid" },
      breakIt: false,
    };
    const app = createConsoleApp({
      settings,
      folders: { page: "/nowhere", catalogue: "/nowhere" },
      targets: new Map([["order", nobody]]),
      flow: new Flow({ managementUrl: nobody, virtualHost: "/", services: new Map(), log }),
      guard: guardFor(roles, provider.environment),
      log,
    });
    const server = await listen(app, { port, hostname: "127.0.0.1", log });
    stops.push(() => server.stop({ within: 100 }), provider.stop);
    url = server.url;
  });

  after(async () => {
    for (const stop of stops) await stop();
  });

  /** What the issuer sends the browser back with, after a person has filled in its forms. */
  async function fillIn(start: string, callback: string): Promise<URLSearchParams> {
    const cookies = new Map<string, string>();
    let [address, form]: [string, URLSearchParams | undefined] = [start, undefined];
    for (let step = 0; step < 12; step++) {
      const response: Response = await fetch(address, {
        redirect: "manual",
        headers: { cookie: [...cookies].map((one) => one.join("=")).join("; ") },
        ...(form && { method: "POST", body: form }),
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
        cookies.set(name, value);
      }
      form = undefined;
      const location = response.headers.get("location");
      if (location !== null) {
        address = new URL(location, address).href;
        if (address.startsWith(callback)) return new URL(address).searchParams;
        continue;
      }
      const page = await response.text();
      const [, action = ""] = /action="([^"]+)"/.exec(page) ?? [];
      const [, prompt = ""] = /name="prompt" value="([^"]+)"/.exec(page) ?? [];
      address = new URL(action, address).href;
      form = new URLSearchParams({ prompt, login: "ada", password: "any" });
    }
    return assert.fail("the issuer never sends the browser back");
  }

  it("gives the page what it needs, and its tokens are accepted", async () => {
    const { signIn }: Settings = await (await fetch(`${url}/settings.json`)).json();
    assert.ok(signIn.kind === "openid");
    const { issuer, clientId: client_id, scope } = signIn;
    const origin = { origin: url };
    const discovered = await fetch(`${issuer}/.well-known/openid-configuration`, { headers: origin });
    const { authorization_endpoint, token_endpoint } = await discovered.json();

    const code_verifier = randomBytes(32).toString("base64url");
    const redirect_uri = `${url}/signed-in`;
    const question = new URLSearchParams({
      response_type: "code",
      ...{ client_id, redirect_uri, scope, state: "of-the-page" },
      code_challenge: createHash("sha256").update(code_verifier).digest("base64url"),
      code_challenge_method: "S256",
    });
    const back = await fillIn(`${authorization_endpoint}?${question}`, redirect_uri);
    assert.equal(back.get("state"), "of-the-page");
    const exchange = (verifier: string) =>
      fetch(token_endpoint, {
        method: "POST",
        headers: origin,
        body: new URLSearchParams({
          grant_type: "authorization_code",
          code: back.get("code") ?? "",
          ...{ client_id, redirect_uri, code_verifier: verifier },
        }),
      });
    const answer = await exchange(code_verifier);
    assert.equal(answer.headers.get("access-control-allow-origin"), url);
    const { access_token } = await answer.json();
    // The code is useless to anyone else who has seen it.
    assert.equal((await exchange(randomBytes(32).toString("base64url"))).status, 400);

    const authorization = `Bearer ${access_token}`;
    const orders = await fetch(`${url}/api/order/orders`, { headers: { authorization } });
    // The console accepts the token; only the service is missing here.
    await expectProblem(orders, 503, "service-unreachable");
    const left = new AbortController();
    const flow = await fetch(`${url}/flow`, { headers: { authorization }, signal: left.signal });
    assert.equal(flow.status, 200);
    left.abort();
  });

  it("lets the page call the issuer, and no other host", async () => {
    const { headers } = await fetch(`${url}/settings.json`);
    const [, hosts = ""] = /connect-src ([^;]*)/.exec(headers.get("content-security-policy") ?? "") ?? [];
    assert.equal(hosts, `'self' ${provider.issuer}`);
  });

  it("leaves no way to sign in with a secret of the machine", async () => {
    const response = await fetch(`${url}/sign-in/local`, { method: "POST" });
    assert.ok([404, 405].includes(response.status), String(response.status));
    await response.body?.cancel();
  });
});
