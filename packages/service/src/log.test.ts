import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { asDatabaseError } from "@rabbit-contract/postgres/testing";
import { causeOf, createLogger, redactCredentials, redactPersonal } from "./log.ts";
import { memoryLog } from "./testing/http.ts";

describe("the log", () => {
  it("is one JSON line per event, with level, time and service", () => {
    const { log, lines } = memoryLog();
    log.info({ parcelId: "7" }, "parcel sent");
    const [{ time, ...line } = {}] = lines;
    assert.deepEqual(line, { level: "info", service: "sample", parcelId: "7", msg: "parcel sent" });
    assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
  });

  it("leaves out what is below its level", () => {
    const written: string[] = [];
    const log = createLogger({
      service: "s",
      level: "warn",
      destination: { write: (line) => void written.push(line) },
    });
    log.info("no");
    log.warn("yes");
    assert.equal(written.length, 1);
  });

  it("shows an error with its stack, code and causes, but not the data attached to it", () => {
    const { log, lines } = memoryLog();
    const cause = Object.assign(new Error("duplicate key"), { code: "23505", detail: "Key (email)=(a@b.c)" });
    const query = new Error("Failed query: insert into parcels\nparams: a@b.c,secret", { cause });
    log.error({ err: query }, "request failed");
    const line = JSON.stringify(lines[0]);
    assert.match(line, /"code":"23505"/);
    assert.match(line, /duplicate key/);
    assert.match(line, /log\.test\.ts/);
    assert.doesNotMatch(line, /a@b\.c|secret/);
  });

  it("has every line, even about an outage that another line reports: only its writer knows which lines repeat", () => {
    const { log, lines } = memoryLog();
    const refused = asDatabaseError(
      Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), { code: "ECONNREFUSED" }),
      "connect",
    );
    log.warn({ err: new Error("cannot sweep", { cause: refused }) }, "the outbox could not be swept");
    log.error({ err: refused, parcelId: "7" }, "it may be sent again");
    log.error({ err: refused }, "operation interrupted");
    assert.equal(lines.length, 3);
    assert.match(JSON.stringify(lines[0]?.err), /"fault":"unavailable"/);
  });

  it("never shows the password of a URL, wherever it occurs", () => {
    const { log, lines } = memoryLog();
    const error = new Error("cannot connect to amqp://app:s3cret@broker:5672/shop");
    log.warn({ err: error, nested: { url: "postgres://app:s3cret@db/app" } }, "https://u:s3cret@host?a=b");
    const line = JSON.stringify(lines[0]);
    assert.doesNotMatch(line, /s3cret/);
    assert.match(line, /amqp:\/\/app:\*\*\*@broker:5672\/shop/);
  });
});

describe("redaction", () => {
  for (const [text, redacted] of [
    ["amqp://app:secret@broker", "amqp://app:***@broker"],
    ["amqp://app:se@cret@broker", "amqp://app:***@broker"],
    ["redis://:secret@host and smtp://a:b@c", "redis://:***@host and smtp://a:***@c"],
    ["http://host:8001/path?mail=a@b", "http://host:8001/path?mail=a@b"],
    ["http://[::1]:8001/ for a@b", "http://[::1]:8001/ for a@b"],
    ["postgres://app@db", "postgres://app@db"],
    ["no URL: a@b", "no URL: a@b"],
  ] as const) {
    it(`turns ${text} into ${redacted}`, () => assert.equal(redactCredentials(text), redacted));
  }
});

describe("redaction of personal data", () => {
  for (const [text, redacted] of [
    ["550 5.1.1 <ada@example.com>: no such user", "550 5.1.1 <***>: no such user"],
    ['{"to":"ada.b+c@mail.example.co.uk"}', '{"to":"***"}'],
    ["Grüße an ädä@bücher.example", "Grüße an ***"],
    ["authorization: Bearer eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJjLTEifQ.c2ln-_", "authorization: Bearer ***"],
    ["at (/app/node_modules/elysia@1.4.30/index.js:1)", "at (/app/node_modules/elysia@1.4.30/index.js:1)"],
    ["amqp://app:***@broker.example.com:5672", "amqp://app:***@broker.example.com:5672"],
    ["rabbit@node1 is down", "rabbit@node1 is down"],
    ["a@b.example c@d.example,@e.example", "*** ***,@e.example"],
    ["x-eyJa.eyJb.c eyJ.a.b eyJa..b a.eyJb.c.d", "x-*** eyJ.a.b eyJa..b a.***"],
  ] as const) {
    it(`turns ${text} into ${redacted}`, () => assert.equal(redactPersonal(text), redacted));
  }

  it("takes time in proportion to the text", () => {
    // In quadratic time this would not end before the runner's time limit.
    const long = 200_000;
    for (const piece of ["a", "eyJ", "-eyJ", "eyJa.", "a@", "a.b@c.d", "@a.", "://", "://a:b"]) {
      const text = piece.repeat(long / piece.length);
      assert.ok(redactPersonal(`${text} @ eyJ`).endsWith(" @ eyJ"));
      assert.ok(redactCredentials(`${text} ://`).endsWith(" ://"));
    }
  });
});

describe("a cause", () => {
  it("shows that it was shortened", () => {
    assert.equal(causeOf(new Error("a".repeat(300))), "a".repeat(300));
    assert.equal(causeOf(new Error("a".repeat(301))), `${"a".repeat(299)}…`);
  });
});
