import assert from "node:assert/strict";
import { it } from "node:test";
import { freePorts } from "@rabbit-contract/messaging/testing";
import { bodyOf, RestError, restWith } from "./rest.ts";

it("reports that a service did not answer, instead of treating that as an answer", async () => {
  const [port] = await freePorts(0);
  const { order } = restWith(() => `http://127.0.0.1:${port}`, { authorization: "" });
  await assert.rejects(bodyOf(order.orders.get({ query: {} })), (error) => {
    assert.ok(error instanceof Error && !(error instanceof RestError));
    assert.match(error.message, /^no answer: .*(refused|connect)/i);
    return true;
  });
});
