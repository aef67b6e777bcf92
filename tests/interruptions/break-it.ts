import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startBreakIt, type TestBreakIt } from "@orders/stack/testing/break-it";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { expectProblem } from "@rabbit-contract/service/testing";
import { restartOrder, system } from "./system.ts";

describe("Try to break it", () => {
  let breakIt: TestBreakIt;

  before(async () => {
    await restartOrder();
    breakIt = await startBreakIt(system);
  });

  after(() => breakIt?.stop());

  const at = (path: string, init: RequestInit = {}) =>
    fetch(`http://break-it${path}`, { ...init, unix: breakIt.socket });

  const call = (method: string, path: string, body?: object) =>
    at(`/break-it/${path}`, {
      method,
      headers: { "machine-secret": breakIt.secret, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });

  const notes: (string | undefined)[] = [];
  async function runNow() {
    const { run } = await (await call("GET", "run")).json();
    notes.push(run.note);
    return run;
  }

  it("loses, doubles and oversells nothing while inventory is killed and messages are delivered twice", async () => {
    assert.deepEqual(await (await call("GET", "run")).json(), { run: null });
    // They are placed in ten seconds: on a busy machine, too, inventory is killed before all are settled.
    const count = 600;
    assert.equal((await call("POST", "orders", { count })).status, 202);
    await waitFor(async () => (await runNow()).accepted >= 20, { what: "the first orders", timeout: 60_000 });
    assert.equal((await (await call("POST", "parts/inventory/kill")).json()).state, "stopped");
    const isAccepted = async () => (await runNow()).accepted === count;
    await waitFor(isAccepted, { what: "all to be accepted", timeout: 60_000 });
    const isSettling = async () => (await runNow()).phase === "settling";
    await waitFor(isSettling, { what: "the settling to be waited for" });
    await expectProblem(await call("POST", "orders", { count }), 409, "run-in-progress");
    assert.equal((await (await call("POST", "parts/inventory/start")).json()).state, "running");
    const duplicates = await (await call("POST", "duplicates", { count: 50 })).json();
    assert.equal(duplicates.sent, 50);

    const isDone = async () => (await runNow()).phase === "done";
    await waitFor(isDone, { what: "the ledger", timeout: 120_000 });
    // That the order service does not know the products at first is no outage.
    assert.ok(!notes.some((note) => note?.includes("422")));
    const { ledger, settled, duplicatesSent, note } = await runNow();
    assert.equal(settled, count, note ?? "");
    assert.equal(duplicatesSent, 50);
    assert.deepEqual(ledger, {
      accepted: count,
      settled: count,
      confirmed: 540,
      rejected: 60,
      lost: 0,
      doubled: 0,
      oversold: 0,
      units: { received: 540, sold: 540, left: 0 },
    });

    // The ledger is computed from what the services answer: it shows changes that were made directly in the database.
    await system.query(
      "order",
      "update orders set status = 'confirmed' where status = 'rejected'",
      "owner of the tables",
    );
    await call("POST", "duplicates", { count: 1 });
    const isSeen = async () => {
      const { phase, ledger } = await runNow();
      return phase === "done" && ledger.oversold > 0;
    };
    await waitFor(isSeen, { what: "what is oversold to be seen", timeout: 60_000 });
  });

  it("needs the machine's secret", async () => {
    for (const given of [undefined, "", "another"])
      await expectProblem(
        await at("/break-it/parts", {
          headers: given === undefined ? {} : { "machine-secret": given },
        }),
        401,
        "unauthorized",
      );
    const signIn = (machine: string) =>
      at("/sign-in/local", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ machine, role: "operator" }),
      });
    await expectProblem(await signIn("another"), 401, "unauthorized");
    const answer = await signIn(breakIt.secret);
    assert.equal(answer.status, 200);
    const { token, expiresAt } = await answer.json();
    const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
    assert.deepEqual(claims.roles, ["operator"]);
    assert.ok(Date.parse(expiresAt) > Date.now());
    // Ten are allowed in a second.
    await waitFor(
      async () => {
        const guesses = await Promise.all(Array.from({ length: 40 }, () => signIn("guess")));
        return guesses.some(({ status }) => status === 429);
      },
      { what: "too many guesses to be refused" },
    );
  });

  it("accepts only known actions, within limits", async () => {
    await waitFor(async () => (await call("GET", "parts")).ok, {
      what: "the pause after wrong secrets to end",
    });
    await expectProblem(await call("POST", "parts/payment/kill"), 404, "not-found");
    await expectProblem(await call("POST", "parts/order/explode"), 404, "not-found");
    await expectProblem(await call("POST", "orders", { count: 10_001 }), 422, "invalid-input");
    await expectProblem(await call("POST", "duplicates", { count: 0 }), 422, "invalid-input");
  });
});
