import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { requestIdOf } from "./request-id.ts";

describe("the request id", () => {
  it("is the client's when it is harmless, else a new one", () => {
    const idOf = (id: string) => requestIdOf(new Headers({ "x-request-id": id }));
    for (const id of ["7", "abc-DEF_1.2:3/4+5=", "a".repeat(128)]) assert.equal(idOf(id), id);
    for (const id of ["", "a b", '"', "<b>", "a".repeat(129)]) assert.match(idOf(id), /^[0-9a-f-]{36}$/);
    assert.notEqual(requestIdOf(new Headers()), requestIdOf(new Headers()));
  });
});
