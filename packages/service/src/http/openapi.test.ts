import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { memoryLog } from "../testing/http.ts";
import { checkOpenApi } from "../testing/openapi.ts";
import { sampleApp } from "../testing/sample-app.ts";
import { listen } from "./http.ts";
import { apiPage } from "./openapi.ts";

const { log } = memoryLog();

async function get(path: string): Promise<Response> {
  const server = await listen(sampleApp(log), { port: 0, hostname: "127.0.0.1", log });
  const response = await fetch(server.url + path);
  await server.stop();
  return response;
}

describe("the OpenAPI document", () => {
  it("is valid, and complete for every operation", async () => {
    const document = await (await get("/openapi/json")).json();
    assert.deepEqual(checkOpenApi(document), []);
    assert.deepEqual(document.info, { title: "Orders", version: "1.2.3", description: "Orders of a shop" });
    assert.deepEqual(Object.keys(document.paths).sort(), [
      "/health/live",
      "/health/ready",
      "/orders",
      "/orders/{orderId}",
      "/orders/{orderId}/cancel",
    ]);
  });

  it("has what a client needs to know of a call", async () => {
    const document = await (await get("/openapi/json")).json();
    const { post, get: list } = document.paths["/orders"];
    assert.equal(post.operationId, "postOrders");
    assert.deepEqual(post.tags, ["orders"]);
    assert.deepEqual(
      post.parameters.map((one: { in: string; name: string }) => `${one.in} ${one.name}`),
      ["header idempotency-key", "header prefer"],
    );
    const { schema, example } = post.requestBody.content["application/json"];
    assert.equal(schema.additionalProperties, false);
    assert.deepEqual(example.lines, [{ sku: "MUG-1", quantity: 2 }]);
    assert.deepEqual(Object.keys(post.responses), ["202", "400", "413", "415", "422", "default"]);
    assert.equal(post.responses[422].description, "Invalid, or of an unknown product");
    assert.equal(post.responses[202].content["application/json"].schema.$ref, "#/components/schemas/Order");
    assert.ok(post.responses[202].headers.location);

    const limit = list.parameters.find((one: { name: string }) => one.name === "limit");
    assert.deepEqual([limit.required, limit.schema.default, limit.schema.maximum], [false, 20, 100]);
    const { items } = list.responses[200].content["application/json"].schema.properties;
    assert.equal(items.items.$ref, "#/components/schemas/Order");
    const problem = list.responses[422].content["application/problem+json"];
    assert.equal(problem.schema.$ref, "#/components/schemas/Problem");
  });

  it("has a page to read it", async () => {
    const response = await get("/openapi");
    assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
    assert.match(await response.text(), /data-url="\/openapi\/json"/);
    const page = apiPage({ title: '<b>"A" & B', version: "1", description: "" });
    assert.match(page, /<title>&#60;b&#62;&#34;A&#34; &#38; B<\/title>/);
  });
});
