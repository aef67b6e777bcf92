import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { checkOpenApi, expectProblem } from "@rabbit-contract/service/testing";
import { sql } from "drizzle-orm";
import { orderConfirmed, orderShipped, stockLow } from "../../testing/notification.ts";
import { authorization, type TestRest, testRest } from "../../testing/rest.ts";

let service: TestRest;
before(async () => {
  service = await testRest();
});
after(() => service.close());
beforeEach(() => service.clear());

const contact = { email: "ada@example.com", name: "Ada Lovelace", channels: ["email"] };

async function list(query = "") {
  const response = await service.call("GET", `/notifications${query}`);
  assert.equal(response.status, 200);
  const page: { items: Record<string, unknown>[]; next: string | null } = await response.json();
  return page;
}

describe("a customer's contact", () => {
  it("can be set and replaced", async () => {
    await expectProblem(await service.call("GET", "/customers/ada/contact"), 404, "not-found");
    const created = await service.call("PUT", "/customers/ada/contact", contact);
    assert.deepEqual([created.status, await created.json()], [200, contact]);
    const read = await service.call("GET", "/customers/ada/contact");
    assert.deepEqual([read.status, await read.json()], [200, contact]);

    await service.call("PUT", "/customers/ada/contact", { channels: [] });
    assert.deepEqual(await (await service.call("GET", "/customers/ada/contact")).json(), { channels: [] });
  });

  const invalid: readonly [what: string, body: unknown, pointers: readonly string[]][] = [
    ["an invalid address", { ...contact, email: "ada@localhost" }, ["/email"]],
    [
      "an address with a line break",
      { ...contact, email: "ada@example.com\r\nBcc: x@example.com" },
      ["/email"],
    ],
    ["two addresses", { ...contact, email: "ada@example.com, eve@example.com" }, ["/email"]],
    ["an address with a name", { ...contact, email: "Ada <ada@example.com>" }, ["/email"]],
    ["a name with a line break", { ...contact, name: "Ada\nLovelace" }, ["/name"]],
    ["an empty name", { ...contact, name: "" }, ["/name"]],
    ["a name of 101 characters", { ...contact, name: "a".repeat(101) }, ["/name"]],
    ["an unknown channel", { ...contact, channels: ["sms"] }, ["/channels/0"]],
    ["a channel twice", { ...contact, channels: ["email", "email"] }, ["/channels"]],
    ["the channel e-mail without an address", { channels: ["email"] }, ["/email"]],
    ["no channels", { email: "ada@example.com" }, ["/channels"]],
    [
      "wrong types and unknown fields",
      { email: 1, name: [], channels: "email", fax: "1" },
      ["/channels", "/email", "/fax", "/name"],
    ],
    ["something other than an object", [contact], [""]],
  ];
  for (const [what, body, pointers] of invalid) {
    it(`cannot have ${what}`, async () => {
      const response = await service.call("PUT", "/customers/ada/contact", body);
      const { errors } = await expectProblem(response, 422, "invalid-input");
      assert.deepEqual(errors.map(({ pointer }: { pointer: string }) => pointer).toSorted(), pointers);
      assert.equal((await service.call("GET", "/customers/ada/contact")).status, 404);
    });
  }

  it("cannot be set for an invalid customer id", async () => {
    for (const id of ["-ada", "a%20b", "x".repeat(65), "%0d%0aBcc"]) {
      await expectProblem(await service.call("PUT", `/customers/${id}/contact`, contact), 404, "not-found");
    }
  });
});

describe("GET /contacts", () => {
  it("lists all of them, page by page, and shows customers only their own", async () => {
    for (const customer of ["bob", "ada", "cleo"]) {
      await service.call("PUT", `/customers/${customer}/contact`, contact);
    }
    const pageOf = async (query: string, headers = {}) =>
      (await service.call("GET", `/contacts${query}`, undefined, headers)).json();
    const first = await pageOf("?limit=2");
    assert.deepEqual(first.items, [
      { customerId: "ada", ...contact },
      { customerId: "bob", ...contact },
    ]);
    const second = await pageOf(`?limit=2&after=${first.next}`);
    assert.deepEqual(second, { items: [{ customerId: "cleo", ...contact }], next: null });
    const own = await pageOf("", await authorization("bob"));
    assert.deepEqual(own, { items: [{ customerId: "bob", ...contact }], next: null });
    await expectProblem(await service.call("GET", "/contacts?after=x"), 422, "invalid-input");
  });
});

describe("GET /notifications", () => {
  it("lists the newest first, by customer, by order or both", async () => {
    const [first, second] = [uuidv7(), uuidv7()];
    await service.handle("orderConfirmed", [orderConfirmed(first, "ada")]);
    await service.handle("orderConfirmed", [orderConfirmed(second, "bob")]);
    await service.handle("orderShipped", [orderShipped(first, "ada")]);
    await service.handle("stockLow", [stockLow()]);
    const kinds = async (query: string) =>
      (await list(query)).items.map(({ customerId, kind }) => [customerId, kind]);

    assert.equal((await list()).items.length, 4);
    const ofAda = [
      ["ada", "order-shipped"],
      ["ada", "order-confirmed"],
    ];
    assert.deepEqual(await kinds("?customerId=ada"), ofAda);
    assert.deepEqual(await kinds(`?orderId=${first}`), ofAda);
    assert.deepEqual(await kinds(`?orderId=${second}`), [["bob", "order-confirmed"]]);
    assert.deepEqual(await kinds(`?orderId=${second}&customerId=ada`), []);
    assert.deepEqual(await kinds("?audience=operators"), [[undefined, "stock-low"]]);
    assert.deepEqual(await kinds("?audience=customer&customerId=ada"), ofAda);
    assert.deepEqual(await kinds("?audience=operators&customerId=ada"), []);
    assert.deepEqual(await kinds("?customerId=nobody"), []);
  });

  it("shows customers only their own, whatever their id", async () => {
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "ada")]);
    await service.handle("stockLow", [stockLow()]);
    const asOperators = await authorization("operators");
    const own = await service.call("GET", "/notifications", undefined, asOperators);
    assert.deepEqual((await own.json()).items, []);
    const refused = await service.call("GET", "/notifications?audience=operators", undefined, asOperators);
    await expectProblem(refused, 403, "forbidden");
  });

  it("shows every field", async () => {
    await service.call("PUT", "/customers/ada/contact", contact);
    const orderId = uuidv7();
    await service.handle("orderShipped", [orderShipped(orderId)], {});
    const { items, next } = await list(`?orderId=${orderId}`);
    assert.equal(next, null);
    const [{ id, createdAt, deliveries, ...rest } = {}, ...more] = items;
    assert.deepEqual(more, []);
    assert.deepEqual(rest, {
      audience: "customer",
      customerId: "ada",
      orderId,
      kind: "order-shipped",
      subject: "Your order of Desk lamp is on its way",
      body: `Your order has left our warehouse:\n\n  2 × Desk lamp (LAMP-01)\n\nOrder: ${orderId}`,
    });
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
    assert.match(String(id), /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.match(String(createdAt), time);
    assert.ok(Array.isArray(deliveries));
    const [{ at, ...delivery }] = deliveries;
    assert.deepEqual(delivery, { channel: "email", status: "pending" });
    assert.match(at, time);
  });

  it("pages through all of them without repetition while new ones arrive", async () => {
    const orders = Array.from({ length: 12 }, () => orderConfirmed());
    for (const batch of [orders.slice(0, 5), orders.slice(5, 6), orders.slice(6)]) {
      await service.handle("orderConfirmed", batch);
    }
    const seen: unknown[] = [];
    let next: string | null = null;
    do {
      const page = await list(`?limit=5${next === null ? "" : `&after=${next}`}`);
      seen.push(...page.items.map(({ orderId }) => orderId));
      next = page.next;
      await service.handle("orderShipped", [orderShipped()]);
    } while (next !== null);
    assert.deepEqual(seen, orders.map(({ orderId }) => orderId).toReversed());
  });

  it("lists those that could not be delivered, and says why to operators only", async () => {
    await service.call("PUT", "/customers/ada/contact", contact);
    const [failed, pending] = [uuidv7(), uuidv7()];
    for (const id of [failed, pending]) await service.handle("orderShipped", [orderShipped(id)], {});
    await service.handle("orderShipped", [orderShipped()]);
    await service.database.sql.execute(sql`
      update deliveries set status = 'failed', last_error = '550 no such mailbox'
      where notification_id = (select id from notifications where order_id = ${failed})`);
    const orders = async (query: string) => (await list(query)).items.map(({ orderId }) => orderId);
    assert.deepEqual(await orders("?delivery=failed"), [failed]);
    assert.deepEqual(await orders("?delivery=pending"), [pending]);

    const errors = (page: { items: Record<string, unknown>[] }) =>
      page.items.map(({ deliveries }) => Array.isArray(deliveries) && deliveries[0].error);
    assert.deepEqual(errors(await list("?delivery=failed")), ["550 no such mailbox"]);
    const asAda = await authorization("ada");
    const own = await service.call("GET", "/notifications?delivery=failed", undefined, asAda);
    assert.deepEqual(errors(await own.json()), [undefined]);
  });

  it("refuses invalid parameters", async () => {
    const made = (key: unknown) => Buffer.from(JSON.stringify(key)).toString("base64url");
    const wrong = [
      "orderId=4711",
      "customerId=-",
      "limit=0",
      "limit=101",
      "after=x",
      `after=${made(["1"])}`,
      `after=${made(["99999999999999999999", uuidv7()])}`,
      "delivery=sent",
      "colour=red",
    ];
    for (const query of wrong) {
      const response = await service.call("GET", `/notifications?${query}`);
      const { errors } = await expectProblem(response, 422, "invalid-input");
      assert.equal(errors[0].parameter, query.split("=")[0], query);
    }
    assert.equal(
      (await service.call("GET", `/notifications?after=${made(["9".repeat(19), uuidv7()])}`)).status,
      200,
    );
  });
});

describe("the OpenAPI document", () => {
  it("describes every call, with an example for each", async () => {
    const document = await (await service.call("GET", "/openapi/json")).json();
    assert.deepEqual(checkOpenApi(document), []);
    const paths = Object.keys(document.paths);
    assert.deepEqual(paths, [
      "/customers/{customerId}/contact",
      "/contacts",
      "/notifications",
      "/notifications/stream",
    ]);
  });
});
