/** Anonymous callers are refused, each role may make only its own calls, and customers see only what is theirs. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { type ServiceName, serviceNames } from "@orders/stack";
import { authorization } from "@orders/stack/testing/access";
import type { OrderView } from "@orders/stack/testing/client";
import { forgedTokens, genuineToken } from "@orders/stack/testing/forged-tokens";
import { authorizationOf } from "@rabbit-contract/service/testing";
import { client, system } from "./system.ts";

/** An order of the customer `c-1`. */
let order: OrderView;

before(async () => {
  await client.product("LAMP", { onHand: 5 });
  order = await client.place("c-1", [{ sku: "LAMP", quantity: 1 }]);
  await client.orderIn(order.id, "confirmed");
  await client.kinds(order.id, "order-confirmed");
  const contact = { email: "c-1@example.com", channels: ["email"] };
  await client.call("notification", "PUT", "/customers/c-1/contact", { customerId: "c-1", body: contact });
});

/** Status and last part of the problem's type, after checking that it is a valid problem document. */
async function answer(
  service: ServiceName,
  call: string,
  headers: Record<string, string>,
  body?: unknown,
  toAdminPort = false,
): Promise<string> {
  const [method = "", path = ""] = call.replace(/\{order\w*\}/, order.id).split(" ");
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

  it("is accepted with the unmodified token from which the forged ones are derived", async () => {
    assert.match(await answer("order", "GET /orders", { authorization: `Bearer ${genuineToken}` }), /^200/);
  });
});

interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly security: readonly { readonly bearer: readonly string[] }[];
        readonly responses: Record<string, { readonly description: string }>;
      }
    >
  >;
}

interface DescribedCall {
  readonly call: string;
  /** "public", or the right that it needs. */
  readonly access: string;
  /** The roles that the OpenAPI document says have it. */
  readonly roles: readonly string[];
  readonly toAdminPort: boolean;
}

/** Each call of both OpenAPI documents, and who may make it. */
async function callsOf(service: ServiceName): Promise<DescribedCall[]> {
  const { url, adminUrl } = system.service(service);
  const calls: DescribedCall[] = [];
  for (const base of [url, adminUrl]) {
    const { paths }: Document = await (await fetch(`${base}/openapi/json`)).json();
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security, responses }] of Object.entries(methods)) {
        const names = responses[403]?.description.match(/(?<=`)[\w:-]+(?=`)/g) ?? [];
        calls.push({
          call: `${method.toUpperCase()} ${path}`,
          access: security[0]?.bearer[0] ?? "public",
          roles: names.slice(1),
          toAdminPort: base === adminUrl,
        });
      }
    }
  }
  return calls;
}

describe("a role", () => {
  const roles = ["customer", "reader", "shipper", "dead-letters", "operator"] as const;
  type Role = (typeof roles)[number];
  /** The calls of each role other than `operator`, which may make every call. */
  const letterCalls: Record<string, Role[]> = {
    "GET /dead-letters": ["reader", "shipper", "dead-letters"],
    "GET /dead-letters/actions": ["reader", "shipper", "dead-letters"],
    "GET /dead-letters/{queue}/{messageId}": ["dead-letters"],
    "POST /dead-letters/replay": ["dead-letters"],
    "POST /dead-letters/delete": ["dead-letters"],
  };
  const may: Record<string, Record<string, Role[]>> = {
    inventory: {
      "POST /products": [],
      "GET /products": ["customer", "reader", "shipper"],
      "GET /products/{sku}": ["customer", "reader", "shipper"],
      "PATCH /products/{sku}": [],
      "POST /products/{sku}/stock-movements": [],
      "GET /products/{sku}/stock-movements": ["reader", "shipper"],
      "GET /reservations/{orderId}": ["reader", "shipper"],
      "POST /reconciliations": [],
      ...letterCalls,
    },
    order: {
      "POST /orders": ["customer"],
      "GET /orders": ["customer", "reader", "shipper"],
      "GET /orders/{orderId}": ["customer", "reader", "shipper"],
      "POST /orders/{orderId}/cancel": ["customer"],
      "POST /orders/{orderId}/ship": ["shipper"],
      "POST /reconciliations": [],
      ...letterCalls,
    },
    notification: {
      "PUT /customers/{customerId}/contact": ["customer"],
      "GET /customers/{customerId}/contact": ["customer", "reader", "shipper"],
      "GET /contacts": ["customer", "reader", "shipper"],
      "GET /notifications": ["customer", "reader", "shipper"],
      "GET /notifications/stream": ["customer", "reader", "shipper"],
      ...letterCalls,
    },
  };

  for (const service of serviceNames) {
    it(`may make its calls and no others, as documented in OpenAPI: ${service}`, async () => {
      const calls = (await callsOf(service)).filter(({ access }) => access !== "public");
      const allowed: Record<string, readonly string[]> = {};
      for (const { call, access, toAdminPort, roles: described } of calls) {
        const able: string[] = [];
        for (const role of roles) {
          const found = await attempt(service, call, role, toAdminPort);
          if (found.status !== 403) able.push(role);
          else assert.match(found.body, new RegExp(`needs the right \\\\"${access}\\\\"`), call);
          assert.ok(found.status < 500 && found.status !== 401, `${call} as ${role}: ${found.status}`);
        }
        assert.deepEqual(able, described, `${call}: access in OpenAPI`);
        allowed[call] = able;
      }
      const expected = Object.entries(may[service] ?? {}).map(([call, others]) => [
        call,
        [...others, "operator"],
      ]);
      assert.deepEqual(allowed, Object.fromEntries(expected));
    });
  }

  /** Makes the call with parameters and a body that have no effect with any token. */
  async function attempt(service: ServiceName, call: string, role: Role, toAdminPort: boolean) {
    const { url, adminUrl } = system.service(service);
    const unknown = "00000000-0000-7000-8000-000000000000";
    const [method = "", path = ""] = call
      .replace("{orderId}", unknown)
      .replace(/\{\w+\}/g, "NONE")
      .split(" ");
    const response = await fetch((toAdminPort ? adminUrl : url) + path, {
      method,
      headers: {
        ...(await authorizationOf(role, "c-1")),
        ...(method !== "GET" && { "content-type": "application/json" }),
        // Refused by event streams.
        "last-event-id": "none",
      },
      ...(method !== "GET" && { body: "{}" }),
    });
    return { status: response.status, body: await response.text() };
  }
});

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

  it("does not find other customers' orders in their list", async () => {
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

  it("has changed nothing by these attempts", async () => {
    assert.equal((await client.order(order.id)).status, "confirmed");
    const { body } = await client.call<{ email: string }>("notification", "GET", "/customers/c-1/contact");
    assert.equal(body.email, "c-1@example.com");
  });
});
