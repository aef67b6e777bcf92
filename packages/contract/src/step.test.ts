import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { step } from "./step.ts";

describe("a step of a command", () => {
  it("is shown while its work is done, and removed however that ends", async () => {
    const shown: string[] = [];
    const show = (text: string) => shown.push(text);
    const result = await step("reading a.yaml", () => shown.push("work"), show);
    assert.equal(result, 2);
    assert.deepEqual(shown.splice(0), ["reading a.yaml …", "work", "\r\u001B[K"]);
    const failing = step("reading a.yaml", () => Promise.reject(new Error("no such file")), show);
    await assert.rejects(failing, /no such file/);
    assert.deepEqual(shown, ["reading a.yaml …", "\r\u001B[K"]);
  });
});
