import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Source } from "../source.ts";

const files: Readonly<Record<string, string>> = {
  "asyncapi.yaml": `
channels:
  x: {messages: {m: {payload: {$ref: "a/common.yaml#/Id"}}, n: {payload: {$ref: "b/common.yaml#/Id"}}}}
  y: {messages: {m: {$ref: "a/message.yaml"}, n: {$ref: "b/message.yaml"}}}
`,
  "a/common.yaml": "Id: {type: string}\n",
  "b/common.yaml": "Id: {type: integer}\n",
  "a/message.yaml": 'payload: {$ref: "common.yaml#/Id"}\n',
  "b/message.yaml": 'payload: {$ref: "./common.yaml#/Id"}\n',
};

describe("parts of other files", () => {
  it("are not mixed up where files in different folders have one name", () => {
    const source = new Source("asyncapi.yaml", files["asyncapi.yaml"] ?? "", (file) => files[file] ?? "");
    const payloads = ["x/messages/m", "x/messages/n", "y/messages/m", "y/messages/n"].map((message) =>
      source.resolve(`/channels/${message}/payload`),
    );
    assert.deepEqual(
      payloads.map(({ value }) => value),
      [{ type: "string" }, { type: "integer" }, { type: "string" }, { type: "integer" }],
    );
    assert.deepEqual(
      payloads.map(({ pointer }) => pointer),
      ["Id", "Id2", "Id", "Id2"].map((name) => `/components/schemas/${name}`),
    );
  });
});
