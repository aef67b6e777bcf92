/** How the database is reached and how the connection is secured. */
import { isIP } from "node:net";

/** Certificates and keys in PEM. */
export interface DatabaseTls {
  /** The CA certificate of the server. */
  readonly databaseCa?: string | undefined;
  /** The client certificate, for mTLS, and its key. */
  readonly databaseCertificate?: string | undefined;
  readonly databaseKey?: string | undefined;
}

/**
 * For the driver of the database. With an authority of our own the connection is secured, whatever the URL says;
 * without one, as its `sslmode` says.
 */
export function databaseConnection(url: string, tls: DatabaseTls = {}) {
  const { databaseCa, databaseCertificate, databaseKey } = tls;
  if (databaseCa === undefined) return { connectionString: url };
  const bare = new URL(url);
  // What the URL says would take the place of what is said here.
  for (const name of [...bare.searchParams.keys()])
    if (name.startsWith("ssl")) bare.searchParams.delete(name);
  const host = bare.hostname.replace(/^\[|\]$/g, "");
  // The driver tells the name of the server only where it is a name.
  const ssl = {
    ca: databaseCa,
    ...(databaseCertificate !== undefined && { cert: databaseCertificate }),
    ...(databaseKey !== undefined && { key: databaseKey }),
    ...(isIP(host) !== 0 && { host }),
  };
  return { connectionString: bare.href, ssl };
}
