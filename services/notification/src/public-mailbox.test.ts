import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isPublicMailbox } from "./public-mailbox.ts";

describe("a customer's mailbox", () => {
  for (const good of [
    "ada@example.com",
    "a.b+c@mail.example.co.uk",
    "a@xn--bcher-kva.de",
    "a@local.example.org",
  ]) {
    it(`may be ${good}`, () => assert.equal(isPublicMailbox(good), true));
  }
  for (const bad of [
    "root@localhost",
    "root@127.0.0.1",
    "root@[127.0.0.1]",
    "root@[IPv6:::1]",
    "root@10.1",
    "root@169.254.169.254",
    "root@0x7f.1",
    "root@2130706433",
    "root@printer.local",
    "root@db.INTERNAL",
    "root@router.lan",
    "root@nas.home.arpa",
    "root@1.0.0.127.in-addr.arpa",
    "root@x.localhost",
    "root@x.onion",
    "root@com",
    "root@example.com.",
    "a@example.com\r\nBcc: eve@example.com",
    "a@example.com,eve@example.com",
    "<a@example.com>",
    '"a b"@example.com',
    "a@b@example.com",
    "a%20@example.com@127.0.0.1",
  ]) {
    it(`may not be ${JSON.stringify(bad)}`, () => assert.equal(isPublicMailbox(bad), false));
  }
});
