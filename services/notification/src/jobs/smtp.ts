/** Sends e-mail through an SMTP server, and classifies failures. */
import { createTransport, type NodemailerError } from "nodemailer";

export interface Address {
  readonly name?: string;
  readonly address: string;
}

export interface Email {
  /** Without angle brackets; the same each time this e-mail is sent, so that a mailbox can show it once. */
  readonly messageId: string;
  readonly to: Address;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/**
 * | radius    | what failed                                                                     |
 * | --------- | ------------------------------------------------------------------------------- |
 * | `message` | the server refused this e-mail; others may be accepted                           |
 * | `server`  | no server answers, or it is overloaded or refuses us: affects every e-mail        |
 */
export type MailErrorRadius = "message" | "server";

export class MailError extends Error {
  override readonly name = "MailError";
  readonly radius: MailErrorRadius;
  /** Resending the same e-mail would fail again. */
  readonly permanent: boolean;
  /** The server had seen nothing of the e-mail yet, so it cannot be the cause. */
  readonly beforehand: boolean;
  /** The server may have accepted it: it was connected, and did not answer. */
  readonly mayBeSent: boolean;

  constructor(
    message: string,
    options: ErrorOptions & Pick<MailError, "radius" | "permanent" | "beforehand" | "mayBeSent">,
  ) {
    super(message, options);
    this.radius = options.radius;
    this.permanent = options.permanent;
    this.beforehand = options.beforehand;
    this.mayBeSent = options.mayBeSent;
  }
}

export interface Mailer {
  /**
   * Resolves once the server has accepted the e-mail. A failed one may still have been accepted,
   * if the connection was lost before the server answered.
   * @throws MailError
   */
  send(email: Email): Promise<void>;
  close(): void;
}

/** Milliseconds that one e-mail may take, including waiting and connecting. */
const sendTimeout = 90_000;

/** Maximum concurrent e-mails, each on its own connection. */
export const concurrency = 3;

/** Connects when there is something to send. */
export function createMailer(options: { readonly url: string; readonly from: Address }): Mailer {
  const transport = createTransport({
    url: options.url,
    pool: true,
    maxConnections: concurrency,
    // nodemailer does this only if nothing was sent yet, because the server had closed an idle connection.
    maxRequeues: 1,
    dnsTimeout: 10_000,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = options.from.address.slice(options.from.address.lastIndexOf("@") + 1);
  return {
    async send({ messageId, to, subject, text }) {
      try {
        await transport.sendMail({
          messageId: `<${messageId}@${domain}>`,
          from: mailbox(options.from),
          to: mailbox(to),
          subject: literal(subject),
          text,
          // Asks auto-responders not to answer (RFC 3834).
          headers: { "Auto-Submitted": "auto-generated" },
          signal: AbortSignal.timeout(sendTimeout),
        });
      } catch (error) {
        throw mailError(error);
      }
    },
    close() {
      transport.close();
    },
  };
}

/** An object, so that nodemailer quotes the name and it cannot add a second address. */
function mailbox({ name = "", address }: Address) {
  // Some mail clients decode quoted text as well.
  return { name: name.replaceAll("=?", "= ?"), address };
}

/**
 * A header that shows `text` as it is. A mail client decodes anything that looks like an encoded word (RFC 2047),
 * `=?utf-8?B?…?=`, and nodemailer only encodes text that is not ASCII: so such text is encoded as a whole.
 */
export function literal(text: string): string {
  if (!text.includes("=?")) return text;
  // At most 75 characters per word; no character is split between two words.
  const words = [""];
  for (const character of text) {
    const word = words.at(-1) + character;
    if (Buffer.byteLength(word) <= 45) words.splice(-1, 1, word);
    else words.push(character);
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString("base64")}?=`).join(" ");
}

/** Errors of connecting, of the handshake, and of the sender: a refused one is a fault of the configuration. */
const early =
  /^(EAUTH|EDNS|ETLS|EPROTOCOL \d|ECONNECTION .* EHLO$|EENVELOPE .* MAIL FROM$)|connect\b|(CONNECT|GREETING|UPGRADE)_TIMEOUT/;

function mailError(error: unknown): MailError {
  const cause: NodemailerError = error instanceof Error ? error : new Error(String(error));
  const { message, code, command, responseCode, syscall, timeoutType } = cause;
  const beforehand = early.test(`${code} ${responseCode} ${syscall} ${timeoutType} ${command}`);
  const answered = code === "EENVELOPE" || code === "EMESSAGE";
  const radius = answered && responseCode !== 421 && !beforehand ? "message" : "server";
  const refused = responseCode === undefined || (responseCode >= 500 && responseCode !== 503);
  const permanent = radius === "message" && refused;
  const mayBeSent = responseCode === undefined && !beforehand && !answered;
  return new MailError(message, { radius, permanent, beforehand, mayBeSent, cause });
}
