import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SmtpServer } from "../../testing/smtp-server.ts";
import { createMailer, literal } from "./smtp.ts";

/** A header as a mail client shows it (RFC 2047). */
function decoded(header: string): string {
  return header
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/gi, (_, text: string) => Buffer.from(text, "base64").toString());
}

describe("the subject of an e-mail", () => {
  const tricks = [
    "Your order of =?utf-8?B?SGFja2Vk?= is confirmed",
    `=?UTF-8?Q?a?= ${"Büro-Lampe 💡 ".repeat(12)}`,
    "=?",
  ];

  it("is shown as it is, also when it looks like an encoded word", () => {
    for (const text of tricks) {
      assert.equal(decoded(literal(text)), text);
      for (const word of literal(text).split(" ")) assert.match(word, /^=\?UTF-8\?B\?[\w+/=]{1,63}\?=$/);
    }
    assert.equal(literal("Your order = 2 lamps?"), "Your order = 2 lamps?");
  });

  it("reaches the mail server in that form", async () => {
    const server = await new SmtpServer().start();
    const mailer = createMailer({ url: server.url, from: { name: "The shop", address: "shop@example.com" } });
    const to = { name: "=?utf-8?B?SGFja2Vk?=", address: "ada@example.com" };
    try {
      for (const subject of tricks) await mailer.send({ messageId: "1", to, subject, text: "…" });
      assert.deepEqual(
        server.received.map(({ headers }) => decoded(headers.subject ?? "")),
        tricks,
      );
      assert.doesNotMatch(server.received[0]?.headers.to ?? "", /=\?/);
    } finally {
      mailer.close();
      await server.stop();
    }
  });
});
