import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { eventually, stoppedClock } from "@rabbit-contract/messaging/testing";
import { memoryLog } from "@rabbit-contract/service/testing";
import { silent, type TestNotification, testNotification } from "../../testing/notification.ts";
import { SmtpServer } from "../../testing/smtp-server.ts";
import { takeDueEmail } from "./deliveries.ts";
import { EmailSender, type EmailSenderOptions } from "./send-emails.ts";
import { createMailer } from "./smtp.ts";

let service: TestNotification;
let smtp: SmtpServer;
const started: { stop(): Promise<void> }[] = [];

before(async () => {
  service = await testNotification();
});
after(() => service.close());
beforeEach(async () => {
  await service.clear();
  smtp = await new SmtpServer().start();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((sender) => sender.stop()));
  await smtp.stop();
});

/** Is stopped after the test. */
function newSender(options: Partial<EmailSenderOptions> = {}) {
  const from = { name: "The shop", address: "shop@example.com" };
  const mailer = createMailer({ url: smtp.url, from });
  const sender = new EmailSender({ database: service.database, mailer, log: silent, ...options });
  started.push({ stop: () => sender.stop(5_000) });
  return sender;
}

function startSender(options: Partial<EmailSenderOptions> = {}) {
  const sender = newSender(options);
  sender.start();
  return sender;
}

/** Seconds from each failed attempt to the next. */
const retryPauses = [5, 15, 45, 135, 405, 1_215, 3_600, 3_600, 3_600];

/** Waits until this attempt of the only e-mail has failed and the next one is due in time, and has that begin at once. */
async function skipRetryPause(sender: EmailSender, attempt: number, clock = { now: 0 }): Promise<void> {
  const pause = retryPauses[attempt - 1] ?? Number.NaN;
  await eventually(async () => {
    const [delivery] = await service.deliveries();
    assert.equal(delivery?.attempts, attempt);
    assert.ok(delivery.due_in <= pause && delivery.due_in > pause - 60, `due in ${delivery.due_in} s`);
  });
  await service.makeDue();
  clock.now += 30_000;
  sender.wake();
}

/** Waits until the server has been given this command so often, and no attempt of the only e-mail counts. */
async function uncounted(command: RegExp, times: number): Promise<void> {
  await eventually(async () => {
    assert.equal(smtp.commands.filter((given) => command.test(given)).length, times);
    assert.equal((await service.deliveries())[0]?.attempts, 0);
  });
}

const recipients = () => smtp.received.map(({ to }) => to).toSorted();

describe("the e-mail sender", () => {
  it("sends a committed e-mail when woken, and records it", async () => {
    const sender = newSender();
    await service.dueEmails(1, "Ada Lövelace");
    assert.equal(smtp.received.length, 0);
    sender.wake();
    await service.allAre("sent", 1);

    const [email, ...more] = smtp.received;
    assert.deepEqual(more, []);
    assert.equal(email?.from, "shop@example.com");
    assert.equal(email?.to, "c0@example.com");
    assert.equal(email?.headers.from, "The shop <shop@example.com>");
    assert.equal(email?.headers.subject, "Your order of Desk lamp and 1 other product is confirmed");
    assert.equal(email?.headers["auto-submitted"], "auto-generated");
    assert.match(email?.headers["message-id"] ?? "", /^<[0-9a-f-]{36}\.email@example\.com>$/);
    assert.match(email?.headers["content-type"] ?? "", /^text\/plain; charset=utf-8/);
    assert.match(email?.raw ?? "", /Hello Ada L=C3=B6velace,/);
  });

  it("finds due e-mails without being woken", async () => {
    await service.dueEmails(5);
    startSender();
    await service.allAre("sent", 5);
    assert.equal(smtp.received.length, 5);
    assert.ok(smtp.connections <= 3);
  });

  it("never interprets a name as a header or a second address", async () => {
    await service.dueEmails(1, 'Eve" <eve@example.com>, x@example.com\r\nBcc: <everybody@example.com>');
    startSender();
    await service.allAre("sent", 1);
    assert.deepEqual(recipients(), ["c0@example.com"]);
    const [email] = smtp.received;
    assert.equal(email?.headers.bcc, undefined);
    assert.match(email?.headers.to ?? "", /<c0@example\.com>$/);
    assert.equal(smtp.commands.filter((command) => command.startsWith("RCPT")).length, 1);
  });

  it("backs off while the server is away, and sends each e-mail once it is back", async () => {
    using clock = stoppedClock();
    smtp.reply = (command) => (command === "" ? "421 later" : undefined);
    await service.dueEmails(1);
    const sender = startSender();
    for (const [index, pause] of [5_000, 10_000, 20_000, 30_000, 30_000].entries()) {
      await uncounted(/^$/, index + 1);
      await service.makeDue();
      clock.now += pause - 1;
      sender.wake();
      await uncounted(/^$/, index + 1);
      clock.now += 1;
      sender.wake();
    }
    await uncounted(/^$/, 6);
    await smtp.stop();
    assert.ok((await service.deliveries()).every(({ status }) => status === "pending"));

    smtp.reply = () => undefined;
    await smtp.start();
    await service.dueEmails(20);
    await service.makeDue();
    clock.now += 30_000;
    await service.allAre("sent", 21);
    assert.equal(new Set(recipients()).size, 20);
    assert.equal(smtp.received.length, 21);
  });

  it("gives up at once on a permanent refusal, and records why", async () => {
    smtp.reply = (command) => (/RCPT TO:<c1@/.test(command) ? "550 5.1.1 no such mailbox" : undefined);
    await service.dueEmails(3);
    startSender();
    await eventually(async () => {
      const [first, refused, third] = await service.deliveries();
      assert.deepEqual([first?.status, refused?.status, third?.status], ["sent", "failed", "sent"]);
      assert.equal(refused?.attempts, 1);
      assert.match(refused?.last_error ?? "", /550 5\.1\.1 no such mailbox/);
    });
    assert.deepEqual(recipients(), ["c0@example.com", "c2@example.com"]);
  });

  it("retries a temporary refusal", async () => {
    let refusals = 3;
    smtp.reply = (command) => (command === "." && refusals-- > 0 ? "451 4.3.0 try again" : undefined);
    await service.dueEmails(1);
    const sender = startSender();
    for (const attempt of [1, 2, 3]) await skipRetryPause(sender, attempt);
    await service.allAre("sent", 1);
    const [delivery] = await service.deliveries();
    assert.deepEqual([delivery?.attempts, delivery?.last_error], [4, null]);
    assert.equal(smtp.received.length, 1);
  });

  it("waits longer after each failure, and gives up after the last attempt", async () => {
    smtp.reply = (command) => (command === "." ? "451 4.3.0 try again" : undefined);
    await service.dueEmails(1);
    const sender = startSender();
    for (let attempt = 1; attempt < 10; attempt++) await skipRetryPause(sender, attempt);
    await service.allAre("failed", 1);
    const [delivery] = await service.deliveries();
    assert.equal(delivery?.attempts, 10);
    assert.match(delivery?.last_error ?? "", /451 4\.3\.0 try again/);
  });

  it("uses up no attempt while the server refuses the sender or the password", async () => {
    using clock = stoppedClock();
    smtp.reply = (command) => (command.startsWith("MAIL") ? "550 5.7.1 not you" : undefined);
    await service.dueEmails(1);
    const sender = startSender();
    for (let refusals = 1; refusals <= 12; refusals++) {
      await uncounted(/^MAIL/, refusals);
      await service.makeDue();
      clock.now += 30_000;
      if (refusals === 12) smtp.reply = () => undefined;
      sender.wake();
    }
    await service.allAre("sent", 1);
    assert.equal((await service.deliveries())[0]?.attempts, 1);
  });

  it("resends with the same id if the connection was lost before the server answered, and logs that", async () => {
    using clock = stoppedClock();
    const { log, lines } = memoryLog();
    let drops = 2;
    smtp.reply = (command) => (command === "." && drops-- > 0 ? "drop" : undefined);
    await service.dueEmails(1);
    const sender = startSender({ log });
    for (const attempt of [1, 2]) await skipRetryPause(sender, attempt, clock);
    await service.allAre("sent", 1);
    assert.equal(lines.filter(({ msg }) => /may have been sent/.test(String(msg))).length, 2);
    assert.equal((await service.deliveries())[0]?.attempts, 3);
    assert.equal(smtp.received.length, 1);
    const ids = smtp.contents.map(({ headers }) => headers["message-id"]);
    assert.equal(ids.length, 3);
    assert.equal(new Set(ids).size, 1);
  });
});

describe("several e-mail senders on one table", () => {
  it("send every e-mail once", async () => {
    await service.dueEmails(60);
    const senders = [startSender(), startSender(), startSender()];
    for (let round = 0; round < 50; round++) for (const sender of senders) sender.wake();
    await service.allAre("sent", 60);
    assert.equal(smtp.received.length, 60);
    assert.equal(new Set(smtp.received.map(({ headers }) => headers["message-id"])).size, 60);
    assert.ok((await service.deliveries()).every(({ attempts }) => attempts === 1));
  });

  it("send what a crashed one had leased, once the lease expires", async () => {
    await service.dueEmails(1);
    const taken = await takeDueEmail(service.database.sql);
    assert.equal(taken?.attempt, 1);
    startSender();
    assert.equal(await takeDueEmail(service.database.sql), undefined);
    assert.equal(smtp.received.length, 0);
    await service.makeDue();
    await service.allAre("sent", 1);
    assert.equal((await service.deliveries())[0]?.attempts, 2);
  });

  it("give up on an e-mail that crashes every sender", async () => {
    await service.dueEmails(1);
    for (let attempt = 1; attempt <= 10; attempt++) {
      assert.equal((await takeDueEmail(service.database.sql))?.attempt, attempt);
      await service.makeDue();
    }
    startSender();
    await service.allAre("failed", 1);
    assert.equal(smtp.received.length, 0);
  });
});

describe("an e-mail sender that loses its database", () => {
  it("records what it sent once the database is back, and does not resend it", async () => {
    const { state, database } = service.observed();
    smtp.reply = (command) => {
      if (command === ".") state.away = true;
      return undefined;
    };
    await service.dueEmails(3);
    const [one, other] = [memoryLog(), memoryLog()];
    startSender({ database, log: one.log });
    startSender({ database, log: other.log });
    await eventually(() => assert.ok(smtp.received.length >= 1));
    // Both have noticed; the leases have expired, so any process may take what was sent.
    for (const { lines } of [one, other])
      await eventually(() =>
        assert.match(JSON.stringify(lines), /cannot (read the e-mails|record the outcome)/),
      );
    await service.makeDue();
    await service.allAre("pending", 3);
    smtp.reply = () => undefined;
    state.away = false;
    await service.allAre("sent", 3);
    assert.equal(smtp.received.length, 3);
    assert.equal(new Set(recipients()).size, 3);
  });
});

describe("stopping the e-mail sender", () => {
  it("finishes and records the e-mails in progress, and takes no more", async () => {
    const release = Promise.withResolvers<undefined>();
    smtp.reply = (command) => (command === "." ? release.promise : undefined);
    await service.dueEmails(5);
    const sender = startSender();
    await eventually(() => assert.equal(smtp.commands.filter((command) => command === ".").length, 3));
    const stopped = sender.stop(60_000);
    release.resolve(undefined);
    await stopped;
    const statuses = (await service.deliveries()).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === "sent").length, 3);
    assert.equal(smtp.received.length, 3);
  });

  it("does not wait longer than its timeout for a server that hangs", async () => {
    smtp.reply = (command) => (command === "." ? new Promise(() => {}) : undefined);
    await service.dueEmails(1);
    const sender = startSender();
    await eventually(() => assert.ok(smtp.commands.includes(".")));
    const before = performance.now();
    await sender.stop(100);
    // After 30 s of silence, the mailer itself gives up.
    assert.ok(performance.now() - before < 30_000);
    started.length = 0;
  });
});
