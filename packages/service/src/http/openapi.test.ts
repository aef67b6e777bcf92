import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { memoryLog } from "../testing/http.ts";
import { checkOpenApi } from "../testing/openapi.ts";
import { sampleApp } from "../testing/sample-app.ts";
import { listen } from "./app.ts";

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
    assert.deepEqual(document.info, { title: "Baskets", version: "1.2.3", description: "Baskets of people" });
    assert.deepEqual(Object.keys(document.paths).sort(), [
      "/baskets",
      "/baskets/{basketId}",
      "/baskets/{basketId}/empty",
    ]);
  });

  it("describes security, problems and headers of a call", async () => {
    const document = await (await get("/openapi/json")).json();
    const { post, get: list } = document.paths["/baskets"];
    assert.equal(post.operationId, "postBaskets");
    assert.deepEqual(
      post.parameters.map((one: { in: string; name: string }) => `${one.in} ${one.name}`),
      ["header idempotency-key", "header prefer"],
    );
    const { schema } = post.requestBody.content["application/json"];
    assert.equal(schema.additionalProperties, false);
    assert.deepEqual(schema.examples[0].items, [{ code: "MUG-1", quantity: 2 }]);
    assert.deepEqual(Object.keys(post.responses), ["202", "400", "413", "415", "422"]);
    assert.equal(post.responses[422].description, "Invalid, or with an unknown item");
    const limit = list.parameters.find((one: { name: string }) => one.name === "limit");
    assert.deepEqual([limit.required, limit.schema.default, limit.schema.maximum], [false, 20, 100]);
    const problem = list.responses[422].content["application/problem+json"];
    assert.equal(problem.schema.$ref, "#/components/schemas/Problem");
    assert.equal(document.paths["/baskets/{basketId}/empty"].post.requestBody, undefined);
  });
});

describe("the page of the OpenAPI document", () => {
  it("runs no script but its own, by its hash, and connects to no other host", async () => {
    const response = await get("/openapi");
    const policy = response.headers.get("content-security-policy") ?? "";
    assert.match(policy, /default-src 'none'; script-src 'self' 'sha256-[\w+/]{43}='; /);
    assert.doesNotMatch(policy, /script-src[^;]*unsafe|https?:|\*/);
    const [, script = ""] = /<script>([\s\S]*?)<\/script>/.exec(await response.text()) ?? [];
    const hash = createHash("sha256").update(script).digest("base64");
    assert.ok(policy.includes(`'sha256-${hash}'`));
  });

  it("refers to no other host, and only to files that are served", async () => {
    const page = await (await get("/openapi")).text();
    assert.doesNotMatch(page, /https?:\/\/|\/\/[a-z]/);
    const files = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = ""]) => file);
    assert.deepEqual(files, ["/openapi/swagger-ui.css", "/openapi/swagger-ui-bundle.js"]);
    for (const file of files) {
      const response = await get(file);
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type") ?? "", /^text\/(?:css|javascript)/);
      assert.ok((await response.text()).length > 10_000);
    }
  });
});
