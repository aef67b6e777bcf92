/** TLS of the connections to the broker and the database. */
import type { ConnectionOptions } from "node:tls";
import type { DatabaseTls } from "@rabbit-contract/postgres";
import { type Config, optional, type Variable } from "./config.ts";

/** Environment variables of every service and its migrate command. With `_FILE`, each names a file. */
export const databaseTlsVariables = {
  databaseCa: optional(
    pem("DATABASE_CA", "CERTIFICATE", "CA certificate of the database; with it, only TLS is used"),
  ),
  databaseCertificate: optional(
    pem("DATABASE_CERTIFICATE", "CERTIFICATE", "client certificate for the database (mTLS)"),
  ),
  databaseKey: optional(pem("DATABASE_KEY", "PRIVATE KEY", "private key of DATABASE_CERTIFICATE")),
} as const;

export const tlsVariables = {
  ...databaseTlsVariables,
  amqpCa: optional(
    pem("AMQP_CA", "CERTIFICATE", "CA certificate of the broker, for amqps://; default: the system's"),
  ),
  amqpCertificate: optional(
    pem("AMQP_CERTIFICATE", "CERTIFICATE", "client certificate for the broker (mTLS)"),
  ),
  amqpKey: optional(pem("AMQP_KEY", "PRIVATE KEY", "private key of AMQP_CERTIFICATE")),
} as const;

function pem(name: string, what: string, description: string): Variable<string> {
  // A key's label may include its kind: "EC PRIVATE KEY".
  const block = new RegExp(`^-----BEGIN [A-Z ]*${what}-----$[^]*^-----END [A-Z ]*${what}-----$`, "m");
  const parse = (value: string) => (block.test(value) ? { value } : undefined);
  return { name, description, expected: `${what.toLowerCase()} in PEM`, parse };
}

export type BrokerTls = Partial<Config<Pick<typeof tlsVariables, "amqpCa" | "amqpCertificate" | "amqpKey">>>;

/** For `connectBroker`. */
export function brokerTls({ amqpCa, amqpCertificate, amqpKey }: BrokerTls): ConnectionOptions {
  return {
    ...(amqpCa !== undefined && { ca: amqpCa }),
    ...(amqpCertificate !== undefined && { cert: amqpCertificate }),
    ...(amqpKey !== undefined && { key: amqpKey }),
  };
}

/** Problems of variables in combination. */
export function tlsProblems(config: DatabaseTls & BrokerTls & { readonly amqpUrl?: string }): string[] {
  const { databaseCa, databaseCertificate, databaseKey, amqpCa, amqpCertificate, amqpKey, amqpUrl } = config;
  const problems: string[] = [];
  const together = (one: unknown, other: unknown, names: string) => {
    if ((one === undefined) !== (other === undefined))
      problems.push(`${names} go together: set both, or neither`);
  };
  together(databaseCertificate, databaseKey, "DATABASE_CERTIFICATE and DATABASE_KEY");
  together(amqpCertificate, amqpKey, "AMQP_CERTIFICATE and AMQP_KEY");
  if (databaseCertificate !== undefined && databaseCa === undefined)
    problems.push("DATABASE_CERTIFICATE needs DATABASE_CA, so that it is shown only to the right server");
  const plain = amqpUrl?.split(",").some((url) => url.trim().startsWith("amqp://"));
  if (plain && (amqpCa ?? amqpCertificate) !== undefined)
    problems.push(
      "AMQP_CA and AMQP_CERTIFICATE are for a broker whose URL starts with amqps://, and one starts with amqp://",
    );
  return problems;
}
