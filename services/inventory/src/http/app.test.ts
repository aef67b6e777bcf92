/** The REST calls on a listening server and a real database. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { assertProblem, checkOpenApi } from "@rabbit-contract/service/testing";
import { orderCreated } from "../../testing/inventory.ts";
import { type TestRest, testRest } from "../../testing/rest.ts";

let service: TestRest;
before(async () => {
  service = await testRest();
});
after(() => service.close());

const price = { amount: 3950, currency: "EUR" };

describe("POST /products", () => {
  it("creates a product with nothing on hand, and sends its first version", async () => {
    const details = {
      sku: "LAMP-01",
      name: "Desk lamp",
      description: "Made of steel",
      category: "lighting",
      unitPrice: price,
      lowStockThreshold: 5,
    };
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const answer = await service.call("POST", "/products", details, { traceparent });
    assert.equal(answer.status, 201);
    assert.equal(answer.headers.get("location"), "/products/LAMP-01");
    const product = { ...details, stock: { onHand: 0, reserved: 0, available: 0 } };
    assert.deepEqual(answer.body, product);
    assert.deepEqual((await service.call("GET", "/products/LAMP-01")).body, product);

    const [sent, ...more] = await service.sent();
    assert.deepEqual(more, []);
    const { changedAt, ...payload } = sent?.payload ?? {};
    assert.equal(sent?.type, "product.changed");
    assert.equal(sent?.correlationId, "LAMP-01");
    assert.equal(sent?.headers.traceparent, traceparent);
    assert.deepEqual(payload, { ...details, version: 1 });
    assert.ok(!Number.isNaN(Date.parse(String(changedAt))));
  });

  it("omits optional fields that are not set", async () => {
    const { body } = await service.call("POST", "/products", {
      sku: "PLAIN",
      name: "Plain",
      unitPrice: price,
    });
    assert.deepEqual(Object.keys(body).sort(), ["name", "sku", "stock", "unitPrice"]);
    await service.sent();
  });

  it("refuses an existing SKU with 409, and sends nothing", async () => {
    await service.stockUp("DUP", 0);
    const again = await service.call("POST", "/products", { sku: "DUP", name: "Again", unitPrice: price });
    assertProblem(again, 409, "product-exists");
    assert.match(again.body.detail ?? "", /"DUP"/);
    assert.deepEqual(await service.sent(), []);
  });

  it("names every invalid field with 422, and writes nothing", async () => {
    const answer = await service.call("POST", "/products", {
      sku: "no spaces",
      name: "",
      unitPrice: { amount: -1, currency: "euro", tax: 19 },
      lowStockThreshold: "5",
      colour: "red",
    });
    assertProblem(answer, 422, "invalid-input", [
      "/colour",
      "/lowStockThreshold",
      "/name",
      "/sku",
      "/unitPrice/amount",
      "/unitPrice/currency",
      "/unitPrice/tax",
    ]);
    assert.deepEqual(await service.sent(), []);
  });

  for (const [what, body] of [
    ["no object", "[]"],
    [
      "a price that is not a whole number",
      { sku: "X", name: "X", unitPrice: { amount: 1.5, currency: "EUR" } },
    ],
    [
      "a price beyond 2^53",
      '{"sku":"X","name":"X","unitPrice":{"amount":9007199254740993,"currency":"EUR"}}',
    ],
    ["U+0000 in the name", { sku: "X", name: "a\0b", unitPrice: price }],
  ] as const) {
    it(`refuses ${what}`, async () => {
      assertProblem(await service.call("POST", "/products", body), 422, "invalid-input");
      assertProblem(await service.call("GET", "/products/X"), 404, "not-found");
    });
  }
});

describe("PATCH /products/{sku}", () => {
  it("changes the named fields, removes null ones, and sends the complete next version", async () => {
    await service.stockUp("PATCH-1", 3, 2);
    await service.call("PATCH", "/products/PATCH-1", { description: "Old", category: "old" });
    await service.sent();
    const patch = { name: "New", description: null, unitPrice: { amount: 50 }, lowStockThreshold: null };
    const answer = await service.call("PATCH", "/products/PATCH-1", patch, {
      "content-type": "application/merge-patch+json",
    });
    assert.equal(answer.status, 200);
    const details = {
      sku: "PATCH-1",
      name: "New",
      category: "old",
      unitPrice: { amount: 50, currency: "EUR" },
    };
    assert.deepEqual(answer.body, { ...details, stock: { onHand: 3, reserved: 0, available: 3 } });
    const [sent] = await service.sent();
    const { changedAt, ...payload } = sent?.payload ?? {};
    assert.deepEqual(payload, { ...details, version: 3 });
  });

  it("sends nothing when nothing changes", async () => {
    await service.stockUp("PATCH-2", 0);
    for (const patch of [{}, { name: "Product PATCH-2", category: null, unitPrice: { currency: "EUR" } }]) {
      assert.equal((await service.call("PATCH", "/products/PATCH-2", patch)).status, 200);
    }
    assert.deepEqual(await service.sent(), []);
    await service.call("PATCH", "/products/PATCH-2", { name: "Other" });
    assert.deepEqual(
      (await service.sent()).map(({ payload }) => payload.version),
      [2],
    );
  });

  it("gives each of many concurrent patches its own version", async () => {
    await service.stockUp("PATCH-3", 0);
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => service.call("PATCH", "/products/PATCH-3", { name: `Name ${n}` })),
    );
    const versions = (await service.sent()).map(({ payload }) => Number(payload.version));
    assert.deepEqual(
      versions.sort((a, b) => a - b),
      [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    );
  });

  it("refuses to remove or change required or immutable fields", async () => {
    await service.stockUp("PATCH-4", 0);
    const answer = await service.call("PATCH", "/products/PATCH-4", {
      sku: "OTHER",
      name: null,
      unitPrice: null,
      stock: { onHand: 9 },
    });
    assertProblem(answer, 422, "invalid-input", ["/name", "/sku", "/stock", "/unitPrice"]);
  });

  it("answers 404 for a product that does not exist", async () => {
    assertProblem(await service.call("PATCH", "/products/NO-SUCH", { name: "X" }), 404, "not-found");
  });
});

describe("GET /products", () => {
  it("pages through all products in order of SKU", async () => {
    for (const sku of ["PAGE-2", "PAGE-1", "PAGE-3"]) {
      await service.call("POST", "/products", { sku, name: sku, category: "paged", unitPrice: price });
    }
    const first = await service.call("GET", "/products?category=paged&limit=2");
    assert.deepEqual(
      first.body.items?.map(({ sku }) => sku),
      ["PAGE-1", "PAGE-2"],
    );
    const second = await service.call("GET", `/products?category=paged&limit=2&after=${first.body.next}`);
    assert.deepEqual(
      second.body.items?.map(({ sku }) => sku),
      ["PAGE-3"],
    );
    assert.equal(second.body.next, null);
    const one = await service.call("GET", "/products?sku=PAGE-2");
    assert.deepEqual(
      one.body.items?.map(({ sku }) => sku),
      ["PAGE-2"],
    );
    assert.deepEqual((await service.call("GET", "/products?sku=PAGE-4")).body, { items: [], next: null });
    await service.sent();
  });

  it("lists those whose available stock has fallen to their threshold", async () => {
    const cursor = Buffer.from('["LOW"]').toString("base64url");
    await service.stockUp("LOW-ABOVE", 6, 5);
    await service.stockUp("LOW-AT", 5, 5);
    await service.stockUp("LOW-EMPTY", 0, 0);
    await service.stockUp("LOW-UNWATCHED", 0);
    const skus = async (query: string) =>
      (await service.call("GET", `/products?${query}&after=${cursor}`)).body.items?.map(({ sku }) => sku);
    assert.deepEqual(await skus("lowStock=true"), ["LOW-AT", "LOW-EMPTY"]);
    await service.handle("orderCreated", [orderCreated(uuidv7(), { "LOW-ABOVE": 1 })]);
    assert.deepEqual(await skus("lowStock=true"), ["LOW-ABOVE", "LOW-AT", "LOW-EMPTY"]);
    await service.sent();
  });

  it("refuses unknown parameters and invalid cursors", async () => {
    for (const query of [
      "lowStock=false",
      "limit=0",
      "limit=101",
      "limit=x",
      "after=nonsense",
      "colour=red",
    ]) {
      assertProblem(await service.call("GET", `/products?${query}`), 422, "invalid-input");
    }
  });
});

describe("the service", () => {
  it("describes every call with a summary and an example at /openapi/json", async () => {
    const { body } = await service.call("GET", "/openapi/json");
    const paths = Object.keys(body.paths ?? {});
    assert.deepEqual(paths.sort(), [
      "/products",
      "/products/{sku}",
      "/products/{sku}/stock-movements",
      "/reservations/{orderId}",
    ]);
    assert.deepEqual(checkOpenApi(body), []);
  });
});
