import { fileURLToPath } from "node:url";
import { isEmail } from "@rabbit-contract/messaging/formats";
import {
  type Config,
  commonVariables,
  duration,
  integer,
  optional,
  serviceVariables,
  tlsProblems,
  url,
  type Variable,
} from "@rabbit-contract/service/config";
import type { Mailing } from "./commands/notify.ts";
import type { Address } from "./jobs/smtp.ts";
import { oneLine } from "./text.ts";

export const migrations = fileURLToPath(new URL("../migrations", import.meta.url).href);

export const variables = {
  ...serviceVariables("NOTIFICATION", { port: 8003, adminPort: 9003 }),
  smtpUrl: optional(
    url("SMTP_URL", {
      description: "mail server; without it, notifications are stored but not e-mailed",
      protocols: ["smtp:", "smtps:"],
    }),
  ),
  mailFrom: optional(mailbox("MAIL_FROM", "sender of e-mails, required with SMTP_URL")),
  operatorsEmail: optional(
    mailbox("OPERATORS_EMAIL", "address for low-stock e-mails; without it, none are sent"),
  ),
  notificationRetention: optional(
    duration("NOTIFICATION_RETENTION", {
      description: "age at which notifications are deleted; without it, they are kept",
      minimum: 86_400_000,
    }),
  ),
  streamLimit: integer("NOTIFICATION_STREAM_LIMIT", {
    description: "open event streams of all callers",
    default: 1_000,
    minimum: 1,
    maximum: 100_000,
  }),
  streamsPerCaller: integer("NOTIFICATION_STREAMS_PER_CALLER", {
    description: "open event streams of one caller",
    default: 20,
    minimum: 1,
    maximum: 100_000,
  }),
  ...commonVariables,
} as const;

export interface EmailConfig {
  readonly smtpUrl: string;
  readonly from: Address;
  readonly mailing: Mailing;
}

/** Problems of variables in combination. */
export function configProblems(config: Config<typeof variables>): string[] {
  const { smtpUrl, mailFrom } = config;
  const unsigned = smtpUrl !== undefined && mailFrom === undefined;
  return [
    ...tlsProblems(config),
    ...(unsigned ? ["MAIL_FROM is missing: it is required with SMTP_URL"] : []),
  ];
}

/** How e-mail is sent; undefined if it is not. */
export function emailConfig(
  config: Pick<Config<typeof variables>, "smtpUrl" | "mailFrom" | "operatorsEmail">,
): EmailConfig | undefined {
  const { smtpUrl, mailFrom, operatorsEmail } = config;
  if (smtpUrl === undefined || mailFrom === undefined) return undefined;
  return {
    smtpUrl,
    from: mailFrom,
    mailing: operatorsEmail ? { operatorsEmail: operatorsEmail.address } : {},
  };
}

function mailbox(name: string, description: string): Variable<Address> {
  return {
    name,
    description,
    expected: "an e-mail address, such as orders@example.com or Orders <orders@example.com>",
    parse: parseMailbox,
  };
}

function parseMailbox(given: string): { value: Address } | undefined {
  const [, named = "", inBrackets] = /^([^<>]*)<([^<>]+)>$/.exec(given.trim()) ?? [];
  const address = inBrackets ?? given.trim();
  if (!isEmail(address)) return undefined;
  const called = oneLine(named.replace(/^\s*"(.*)"\s*$/, "$1"));
  return { value: { address, ...(called !== "" && { name: called }) } };
}
