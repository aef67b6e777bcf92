/** Anonymous callers and customers are refused what is not theirs. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type ServiceName, serviceNames } from "@orders/stack";
import { authorization } from "@orders/stack/testing/access";
import { Client, type OrderView } from "@orders/stack/testing/client";
import { forgedTokens, genuineToken } from "@orders/stack/testing/forged-tokens";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";

let system: TestSystem;
let client: Client;
/** An order of the customer `c-1`. */
let order: OrderView;

before(async () => {
  system = await startSystem();
  client = new Client(system);
  await client.product("LAMP", { onHand: 5 });
  order = await client.place("c-1", [{ sku: "LAMP", quantity: 1 }]);
  await client.orderIn(order.id, "confirmed");
  await client.kinds(order.id, "order-confirmed");
  const contact = { email: "c-1@example.com", channels: ["email"] };
  await client.call("notification", "PUT", "/customers/c-1/contact", { customerId: "c-1", body: contact });
});
after(() => system.stop());

/** Status and last part of the problem's type, after checking that it is a valid problem document. */
async function answer(
  service: ServiceName,
  call: string,
  headers: Record<string, string>,
  body?: unknown,
  toAdminPort = false,
): Promise<string> {
  const [method = "", path = ""] = call.replace("{order}", order.id).split(" ");
  const { url, adminUrl } = system.service(service);
  const response = await fetch((toAdminPort ? adminUrl : url) + path, {
    method,
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status < 400) return `${response.status} allowed: ${text}`;
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  const challenge = response.headers.get("www-authenticate");
  if (response.status === 401 || response.status === 403)
    assert.match(challenge ?? "", /^Bearer (?:realm|error)=/);
  return `${response.status} ${JSON.parse(text).type.replace("urn:problem:", "")}`;
}

describe("an anonymous caller", () => {
  for (const [what, token] of Object.entries(forgedTokens)) {
    it(`with a token ${what} is refused`, async () => {
      const headers = { authorization: `Bearer ${token}` };
      assert.equal(await answer("order", "GET /orders", headers), "401 unauthorized");
    });
  }
  for (const [what, headers, query] of [
    ["without a token", {}, ""],
    ["with a user and password", { authorization: "Basic YWRtaW46YWRtaW4=" }, ""],
    ["with two tokens", { authorization: `Bearer ${genuineToken} ${genuineToken}` }, ""],
    ["with a token in the URL", {}, `?access_token=${genuineToken}`],
    ["with a token in a cookie", { cookie: `token=${genuineToken}` }, ""],
  ] as const) {
    it(`${what} is refused`, async () => {
      assert.equal(await answer("order", `GET /orders${query}`, headers), "401 unauthorized");
    });
  }

  it("is refused every call that is not public", async () => {
    const open: string[] = [];
    let calls = 0;
    for (const service of serviceNames) {
      for (const { call, access, toAdminPort } of await callsOf(service)) {
        if (access === "public") open.push(call);
        else
          assert.equal(
            await answer(service, call, {}, undefined, toAdminPort),
            "401 unauthorized",
            `${service}: ${call}`,
          );
        calls++;
      }
    }
    assert.deepEqual(new Set(open), new Set(["GET /health/live", "GET /health/ready"]));
    assert.ok(calls > 30, `${calls} calls`);
  });

  it("is let in with the unchanged token that the forged ones start from", async () => {
    assert.match(await answer("order", "GET /orders", { authorization: `Bearer ${genuineToken}` }), /^200/);
  });
});

interface Document {
  readonly paths: Record<
    string,
    Record<string, { readonly security: readonly { bearer: readonly string[] }[] }>
  >;
}

interface DescribedCall {
  readonly call: string;
  readonly access: string;
  readonly toAdminPort: boolean;
}

/** Each call of both OpenAPI documents, with values for its parameters, and who may make it. */
async function callsOf(service: ServiceName): Promise<DescribedCall[]> {
  const { url, adminUrl } = system.service(service);
  const calls: DescribedCall[] = [];
  for (const base of [url, adminUrl]) {
    const { paths }: Document = await (await fetch(`${base}/openapi/json`)).json();
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        calls.push({
          call: `${method.toUpperCase()} ${path.replace(/\{orderId\}/, order.id).replace(/\{\w+\}/g, "LAMP")}`,
          access: security[0]?.bearer[0] ?? "public",
          toAdminPort: base === adminUrl,
        });
      }
    }
  }
  return calls;
}

describe("a customer", () => {
  const lines = [{ sku: "LAMP", quantity: 1 }];
  const contact = { email: "eve@example.com", channels: ["email"] };
  for (const [what, service, call, refusal, body] of [
    ["see another's order", "order", "GET /orders/{order}", "404 not-found"],
    ["cancel another's order", "order", "POST /orders/{order}/cancel", "404 not-found"],
    ["list another's orders", "order", "GET /orders?customerId=c-1", "403 forbidden"],
    ["order for another", "order", "POST /orders", "403 forbidden", { customerId: "c-1", lines }],
    ["ask for another's contact", "notification", "GET /customers/c-1/contact", "404 not-found"],
    ["set another's contact", "notification", "PUT /customers/c-1/contact", "404 not-found", contact],
    ["list another's notifications", "notification", "GET /notifications?customerId=c-1", "403 forbidden"],
    [
      "follow another's notifications",
      "notification",
      "GET /notifications/stream?customerId=c-1",
      "403 forbidden",
    ],
    [
      "read the operators' notifications",
      "notification",
      "GET /notifications?audience=operators",
      "403 forbidden",
    ],
  ] as const) {
    it(`may not ${what}`, async () => {
      assert.equal(await answer(service, call, await authorization("c-2"), body), refusal);
    });
  }

  it("finds no other customer's orders in their list", async () => {
    for (const [service, path] of [
      ["order", "/orders"],
      ["notification", "/notifications"],
      ["notification", `/notifications?orderId=${order.id}`],
    ] as const) {
      const { body } = await client.call<{ items: unknown[] }>(service, "GET", path, { customerId: "c-2" });
      assert.deepEqual(body.items, [], path);
    }
  });

  it("cannot get another customer's order by its idempotency key", async () => {
    const place = (customerId: string) =>
      client.place(customerId, lines, { "idempotency-key": "guessed" }).then(({ id }) => id);
    assert.notEqual(await place("c-2"), await place("c-1"));
  });

  it("may make no operator call, whatever its body", async () => {
    const refused: string[] = [];
    for (const service of serviceNames) {
      for (const { call, access, toAdminPort } of await callsOf(service)) {
        if (access !== "operator") continue;
        const body = call.startsWith("GET") ? undefined : {};
        const found = await answer(service, call, await authorization("c-1"), body, toAdminPort);
        assert.equal(found, "403 forbidden", call);
        refused.push(`${service}: ${call.replace(order.id, "{order}")}`);
      }
    }
    const letters = ["GET /dead-letters", "GET /dead-letters/actions", "GET /dead-letters/LAMP/LAMP"];
    const acts = ["POST /dead-letters/replay", "POST /dead-letters/delete"];
    assert.deepEqual(
      refused.sort(),
      [
        ...serviceNames.flatMap((service) => [...letters, ...acts].map((call) => `${service}: ${call}`)),
        "inventory: POST /products",
        "inventory: PATCH /products/LAMP",
        "inventory: POST /products/LAMP/stock-movements",
        "inventory: GET /products/LAMP/stock-movements",
        "inventory: GET /reservations/{order}",
        "inventory: POST /reconciliations",
        "order: POST /orders/{order}/ship",
        "order: POST /reconciliations",
      ].sort(),
    );
  });

  it("has changed nothing by trying", async () => {
    assert.equal((await client.order(order.id)).status, "confirmed");
    const { body } = await client.call<{ email: string }>("notification", "GET", "/customers/c-1/contact");
    assert.equal(body.email, "c-1@example.com");
  });
});
