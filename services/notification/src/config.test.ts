import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ConfigError, readConfig } from "@rabbit-contract/service/config";
import { authEnvironment } from "@rabbit-contract/service/testing";
import { configProblems, emailConfig, variables } from "./config.ts";

const required = {
  ...authEnvironment,
  NOTIFICATION_AMQP_URL: "amqp://notification:secret@localhost/orders",
  NOTIFICATION_DATABASE_URL: "postgres://notification:secret@localhost/notification",
};
const smtp = { SMTP_URL: "smtp://localhost:1025", MAIL_FROM: "shop@example.com" };

const emailOf = (environment: Record<string, string>) =>
  emailConfig(readConfig(variables, { ...required, ...environment }));

describe("the configuration of e-mail", () => {
  it("is absent without a server", () => {
    assert.equal(emailOf({}), undefined);
    assert.equal(emailOf({ MAIL_FROM: "shop@example.com", OPERATORS_EMAIL: "ops@example.com" }), undefined);
  });

  it("has a sender, and the operators' address if set", () => {
    assert.deepEqual(emailOf(smtp), {
      smtpUrl: "smtp://localhost:1025",
      from: { address: "shop@example.com" },
      mailing: {},
    });
    const named = emailOf({
      ...smtp,
      MAIL_FROM: '"The shop" <shop@example.com>',
      OPERATORS_EMAIL: "Operators <ops@example.com>",
    });
    assert.deepEqual(named?.from, { name: "The shop", address: "shop@example.com" });
    assert.deepEqual(named?.mailing, { operatorsEmail: "ops@example.com" });
  });

  it("is refused with a server and no sender", () => {
    const problemsOf = (environment: Record<string, string>) =>
      configProblems(readConfig(variables, { ...required, ...environment }));
    assert.deepEqual(problemsOf({ SMTP_URL: "smtp://localhost" }), [
      "MAIL_FROM is missing: it is required with SMTP_URL",
    ]);
    assert.deepEqual(problemsOf(smtp), []);
  });

  it("is refused with an invalid address, or two", () => {
    for (const wrong of ["shop", "a@example.com, b@example.com", "<>", "Shop <shop@example.com> x", "x@y"]) {
      assert.throws(() => emailOf({ ...smtp, MAIL_FROM: wrong }), ConfigError, wrong);
    }
    assert.throws(() => emailOf({ ...smtp, SMTP_URL: "http://localhost" }), ConfigError);
  });
});
