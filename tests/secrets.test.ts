/** Passwords, keys and tokens are not disclosed. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { serviceNames } from "@orders/stack";
import { authorization } from "@orders/stack/testing/access";
import { Client } from "@orders/stack/testing/client";
import { forgedTokens } from "@orders/stack/testing/forged-tokens";
import { migrate, startService } from "@orders/stack/testing/service";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import { authEnvironment, tokenOf } from "@rabbit-contract/service/testing";

describe("secrets", () => {
  let system: TestSystem;
  let client: Client;
  before(async () => {
    system = await startSystem({ env: { LOG_LEVEL: "debug" } });
    client = new Client(system);
    await client.product("LAMP", { onHand: 5 });
  });
  after(() => system.stop());

  function passwords(): string[] {
    return serviceNames.flatMap((service) =>
      Object.values(system.environment(service)).flatMap((value) =>
        URL.canParse(value) && new URL(value).password !== "" ? [new URL(value).password] : [],
      ),
    );
  }

  it("are different for each broker user and each database role", () => {
    assert.equal(new Set(passwords()).size, 3 * serviceNames.length);
  });

  it("appear in no process's command line", { skip: !globSync("/proc/self/cmdline").length }, () => {
    const lines = globSync("/proc/[0-9]*/cmdline").map((file) => {
      try {
        return readFileSync(file, "utf8");
      } catch {
        return ""; // it has ended
      }
    });
    assert.ok(lines.length > 3);
    assert.ok(passwords().length >= 9);
    for (const password of passwords()) assert.ok(!lines.some((line) => line.includes(password)));
  });

  it("appear in no log and no response, whatever fails", async () => {
    const token = await tokenOf("customer", "c-1");
    await client.place("c-1", [{ sku: "LAMP", quantity: 1 }]);
    const answers: string[] = [];
    for (const bearer of [token, ...Object.values(forgedTokens)]) {
      for (const path of ["/orders", "/orders?limit=x", "/nothing"]) {
        const headers = { authorization: `Bearer ${bearer}` };
        answers.push(await (await fetch(system.service("order").url + path, { headers })).text());
      }
    }
    await system.cutBrokerConnections();
    const { headers } = await fetch(`${system.service("order").url}/orders`, {
      headers: await authorization(),
    });
    answers.push(JSON.stringify([...headers]));
    const said = [...serviceNames.map((service) => system.service(service).log()), ...answers].join("\n");
    assert.match(said, /"level":"debug"/);
    for (const secret of [
      ...passwords(),
      token,
      ...Object.values(forgedTokens).filter((one) => one.length > 50),
    ]) {
      assert.ok(!said.includes(secret), `${secret.slice(0, 8)}… was said`);
    }
  });
});

describe("an invalid configuration", () => {
  const secret = "do-not-print-me";
  const fine = {
    ORDER_AMQP_URL: `amqp://order:${secret}@127.0.0.1:1`,
    ORDER_DATABASE_URL: `postgres://order:${secret}@127.0.0.1:1/order`,
  };
  const privateKey = JSON.stringify({ keys: [{ kty: "OKP", crv: "Ed25519", kid: "1", x: "x", d: secret }] });
  for (const [what, wrong, named] of [
    ["no keys", { AUTH_JWKS: "" }, /AUTH_JWKS is missing/],
    ["no issuer", { AUTH_ISSUER: "" }, /AUTH_ISSUER is missing/],
    ["a private key", { AUTH_JWKS: privateKey }, /AUTH_JWKS must be a JSON Web Key Set of public keys/],
    [
      "an AMQP URL of another protocol",
      { ORDER_AMQP_URL: `http://order:${secret}@broker` },
      /ORDER_AMQP_URL must be/,
    ],
    ["no URL of a database", { ORDER_DATABASE_URL: secret }, /ORDER_DATABASE_URL must be/],
    ["a rate that is not a number", { RATE_LIMIT: secret }, /RATE_LIMIT must be an integer/],
    [
      "a key without its certificate",
      { AMQP_KEY: `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----` },
      /AMQP_CERTIFICATE and AMQP_KEY go together/,
    ],
    [
      "a missing secret file",
      { AUTH_JWKS: "", AUTH_JWKS_FILE: "/nowhere/jwks.json" },
      /AUTH_JWKS_FILE must name a file/,
    ],
  ] as const) {
    it(`keeps a service from starting, with an error that names the variable but not its value: ${what}`, async () => {
      const service = await startService(
        "order",
        { ...authEnvironment, ...fine, ...wrong },
        { ready: false },
      );
      assert.equal(await service.exited, 1);
      assert.match(service.log(), named);
      assert.doesNotMatch(service.log(), new RegExp(secret));
    });
  }

  it("keeps migrations from starting as well", async () => {
    const wrong = migrate("order", { ORDER_MIGRATION_DATABASE_URL: secret });
    await assert.rejects(wrong, (error: Error) => {
      assert.match(error.message, /ORDER_MIGRATION_DATABASE_URL must be/);
      assert.doesNotMatch(error.message, new RegExp(secret));
      return true;
    });
  });
});
