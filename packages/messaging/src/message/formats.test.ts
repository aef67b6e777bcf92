import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  isBase64,
  isBinary,
  isDate,
  isDateTime,
  isDuration,
  isEmail,
  isHostname,
  isIpv4,
  isIpv6,
  isUri,
  isUuid,
} from "./formats.ts";

function accepts(check: (text: string) => boolean, texts: readonly string[]): void {
  for (const text of texts) assert.equal(check(text), true, JSON.stringify(text));
}

function refuses(check: (text: string) => boolean, texts: readonly string[]): void {
  for (const text of texts) assert.equal(check(text), false, JSON.stringify(text));
}

describe("the formats of a contract", () => {
  it("accept a UUID of any version, in either case, and nothing around it", () => {
    accepts(isUuid, ["019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01", "00000000-0000-0000-0000-000000000000"]);
    accepts(isUuid, ["019A4F2E-7B10-7C3A-9D51-3F2A6B8C1D01"]);
    refuses(isUuid, ["", "019a4f2e7b107c3a9d513f2a6b8c1d01", "g19a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01"]);
    refuses(isUuid, [
      "urn:uuid:019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
      "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01\n",
      "{019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01}",
    ]);
  });

  it("accept the days of the calendar", () => {
    accepts(isDate, ["2024-02-29", "2000-02-29", "2026-12-31", "2026-04-30", "0000-01-01", "9999-12-31"]);
    refuses(isDate, ["2023-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00"]);
    refuses(isDate, ["2026-1-1", "26-01-01", "2026-01-01T00:00:00Z", "2026-01-01\n", "٢٠٢٦-01-01", ""]);
  });

  it("accept RFC 3339 times with an offset, of any precision", () => {
    accepts(isDateTime, ["2026-03-14T09:26:53.589Z", "2026-03-14T09:26:53Z", "2026-03-14t09:26:53z"]);
    accepts(isDateTime, [
      "2026-03-14T09:26:53.123456789+05:30",
      "2026-03-14T23:59:59-15:59",
      "2026-03-14T00:00:00-00:00",
    ]);
    refuses(isDateTime, [
      "2026-03-14",
      "2026-03-14T09:26:53",
      "2026-03-14 09:26:53Z",
      "2026-03-14T09:26Z",
      "",
    ]);
    refuses(isDateTime, [
      "2026-02-30T09:26:53Z",
      "2026-03-14T24:00:00Z",
      "2026-03-14T09:60:00Z",
      "2026-03-14T09:26:61Z",
    ]);
    refuses(isDateTime, [
      "2026-03-14T09:26:53+24:00",
      "2026-03-14T09:26:53+01:60",
      "2026-03-14T09:26:53+0100",
    ]);
    accepts(isDateTime, ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z"]);
    refuses(isDateTime, ["0000-12-31T00:00:00Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01"]);
    refuses(isDateTime, ["2026-03-14T09:26:53-16:30", "2026-03-14T09:26:53+16:00", "2025-02-29T00:00:00Z"]);
    refuses(isDateTime, ["2026-03-14T09:26:53.1234567891Z"]);
    refuses(isDateTime, ["2026-03-14T09:26:53.Z", "2026-03-14T09:26:53,5Z", "2026-03-14T09:26:53Z\n"]);
  });

  it("accept a leap second only in the last minute of a UTC day", () => {
    accepts(isDateTime, ["2016-12-31T23:59:60Z", "2016-12-31T18:59:60-05:00", "2017-01-01T05:29:60+05:30"]);
    refuses(isDateTime, ["2016-12-31T22:59:60Z", "2016-12-31T23:58:60Z", "2016-12-31T23:59:60+01:00"]);
  });

  it("accept e-mail addresses with a dot-atom and a domain of several labels", () => {
    accepts(isEmail, ["ada@example.com", "a.b+c@mail.example.co", "o'brien@x-y.org", "1@2.example"]);
    refuses(isEmail, [
      "",
      "ada",
      "@example.com",
      "ada@",
      "ada@localhost",
      "a b@example.com",
      "a..b@example.com",
    ]);
    refuses(isEmail, [
      ".a@example.com",
      "a.@example.com",
      "a@-x.com",
      "a@x-.com",
      "a@b@example.com",
      "a@x_y.com",
    ]);
    refuses(isEmail, [`${"a".repeat(65)}@example.com`, `a@${"b.".repeat(130)}com`, "a@example.com\n"]);
  });

  it("accept absolute URIs in ASCII", () => {
    accepts(isUri, [
      "https://example.com",
      "http://user:pw@example.com:8080/a/b;c?d=e&f#g",
      "urn:isbn:0451450523",
    ]);
    accepts(isUri, [
      "mailto:ada@example.com",
      "file:///etc/hosts",
      "http://[2001:db8::1]:80/",
      "a:",
      "http://a/%20",
    ]);
    refuses(isUri, [
      "",
      "example.com",
      "/a/b",
      "//example.com",
      "http://a b",
      "http://a/%zz",
      "http://exämple.com",
    ]);
    refuses(isUri, [
      "http://[::zz]/",
      "http://[1.2.3.4]/",
      "1http://a",
      "http://a/#b#c",
      "http://a/<b>",
      'http://a/"',
    ]);
  });

  it("accept base64 with its padding, and octets", () => {
    accepts(isBase64, ["", "YQ==", "YWI=", "YWJj", "+/+/"]);
    refuses(isBase64, ["YQ", "YQ=", "YW=j", "====", "YWJj\n", "-_-_", "YWJj YWJj"]);
    accepts(isBinary, ["", "\u0000\u00ff", "abc\n"]);
    refuses(isBinary, ["€", "💡"]);
  });

  it("accept durations with at least one part, in order and without gaps", () => {
    accepts(isDuration, ["P3D", "P1Y2M3DT4H5M6S", "PT15M", "P2W", "P0D", "P1M", "PT1H30M", "P1YT1S"]);
    refuses(isDuration, [
      "",
      "P",
      "PT",
      "P1DT",
      "1D",
      "p1d",
      "P1Y3D",
      "PT1H1S",
      "P1D2W",
      "P1.5D",
      "-P1D",
      "P1S",
    ]);
    refuses(isDuration, ["P3D\n", "PT1M1H"]);
  });

  it("accept addresses and host names", () => {
    accepts(isIpv4, ["0.0.0.0", "192.0.2.1", "255.255.255.255"]);
    refuses(isIpv4, ["", "1.2.3", "256.0.0.1", "01.2.3.4", "1.2.3.4 ", "::1"]);
    accepts(isIpv6, ["::", "::1", "2001:db8::1", "::ffff:192.0.2.1", "2001:DB8:0:0:0:0:0:1"]);
    refuses(isIpv6, ["", ":::", "1::2::3", "fe80::1%eth0", "[::1]", "192.0.2.1", "12345::"]);
    accepts(isHostname, ["localhost", "a.b-c.example", "xn--bcher-kva.example", "1.example", "a".repeat(63)]);
    refuses(isHostname, ["", "-a", "a-", "a..b", "a.", "a_b", "bücher.example", "a".repeat(64), "a\n"]);
    refuses(isHostname, [`${"a.".repeat(126)}ab`]);
  });

  it("are checked quickly for long text, even when it almost matches", () => {
    // In quadratic time this would not end before the runner's time limit.
    const long = "a".repeat(200_000);
    refuses(isEmail, [long, `${long}@`, `a@${long}`, `${"a.".repeat(100_000)}@b.c`]);
    refuses(isUri, [
      `http://${long} `,
      `${long} `,
      `http://${"a:".repeat(100_000)}%`,
      `x:${"%41".repeat(60_000)}%`,
    ]);
    refuses(isDateTime, [`2026-03-14T09:26:53.${"1".repeat(200_000)}`]);
    refuses(isBase64, [`${"a".repeat(200_000)}!`]);
    refuses(isDuration, [`P${"1".repeat(200_000)}`, `PT${"1M".repeat(100_000)}`]);
    refuses(isHostname, [`${"a-".repeat(100_000)}`]);
    accepts(isUri, [`http://a/${"b".repeat(1_000_000)}`, `x:${"%41".repeat(300_000)}`]);
  });
});
