/** Broker and database over mutual TLS, with certificates made for the test. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { newPasswords, provisionSystem } from "@orders/stack/provision";
import { startPostgres, startRabbitmq, stopPostgres, stopRabbitmq } from "@orders/stack/servers";
import { serversDirectory } from "@orders/stack/testing/servers";
import { executableOf, launchProgram, migrate, startService } from "@orders/stack/testing/service";
import { CertificateAuthority, changedUrl, eventually, freePort } from "@rabbit-contract/messaging/testing";
import { databaseConnection } from "@rabbit-contract/postgres";
import { brokerTls } from "@rabbit-contract/service/config";
import { connect } from "amqplib";
import pg from "pg";

const directory = serversDirectory("tls");
const places = { rabbitmq: join(directory, "rabbitmq"), postgres: join(directory, "postgres") };
/** A file with servers that run already: on Deno, those of the run on Bun. */
const given = process.env.TLS_SERVERS;

type Certificate = ReturnType<CertificateAuthority["issue"]>;

interface Secured {
  readonly databaseUrl: string;
  readonly migrationUrl: string;
  readonly amqpUrl: string;
  readonly authority: string;
  readonly otherAuthority: string;
  /** A client's certificates: one of the authority, and one of the other. */
  readonly ours: Certificate;
  readonly theirs: Certificate;
}

function file(name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
}

async function startSecured(): Promise<Secured> {
  const authority = new CertificateAuthority(join(directory, "authority"));
  const otherAuthority = new CertificateAuthority(join(directory, "other"), "another authority");
  // The certificate has the host name, not the address, so a connection by address must be refused.
  const server = authority.issue("server", "DNS:localhost");
  const amqpsPort = await freePort(0);
  const rabbitmq = await startRabbitmq({
    directory: places.rabbitmq,
    settings: [
      `listeners.ssl.local = 127.0.0.1:${amqpsPort}`,
      `ssl_options.cacertfile = ${join(authority.directory, "ca.crt")}`,
      `ssl_options.certfile = ${file("server.crt", server.certificate)}`,
      `ssl_options.keyfile = ${file("server.key", server.key)}`,
      "ssl_options.verify = verify_peer",
      "ssl_options.fail_if_no_peer_cert = true",
    ],
  });
  const postgres = await startPostgres({ directory: places.postgres });
  const admin = {
    AMQP_URL: rabbitmq.amqpUrl,
    RABBITMQ_MANAGEMENT_URL: rabbitmq.managementUrl,
    DATABASE_URL: postgres.databaseUrl,
  };
  const { order } = await provisionSystem({ admin, virtualHost: "/", passwords: newPasswords() });
  await requireTls(postgres.databaseUrl, server, authority.certificate);
  const amqpUrl = new URL(order.ORDER_AMQP_URL ?? "");
  amqpUrl.protocol = "amqps:";
  amqpUrl.host = `localhost:${amqpsPort}`;
  return {
    databaseUrl: named(order.ORDER_DATABASE_URL),
    migrationUrl: named(order.ORDER_MIGRATION_DATABASE_URL),
    amqpUrl: amqpUrl.href,
    authority: authority.certificate,
    otherAuthority: otherAuthority.certificate,
    ours: authority.issue("order"),
    theirs: otherAuthority.issue("order"),
  };
}

after(async () => {
  await stopRabbitmq(places.rabbitmq, { purge: true });
  await stopPostgres(places.postgres, { purge: true });
});
const servers: Secured = given ? JSON.parse(readFileSync(given, "utf8")) : await startSecured();
const { databaseUrl, amqpUrl, ours, theirs } = servers;

/** Replaces the address with the host name, as in the server's certificate. */
function named(url = ""): string {
  return url.replace("127.0.0.1", "localhost");
}

/** From now on the server accepts only TLS connections with a client certificate. */
async function requireTls(adminUrl: string, server: Certificate, authority: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    // Only the server's user may read the key, so the server writes it.
    const write = (name: string, content: string) =>
      client.query(
        `copy (select '${Buffer.from(content).toString("base64")}') to program 'umask 077; base64 -d > ${name}'`,
      );
    await write("server.crt", server.certificate);
    await write("server.key", server.key);
    await write("root.crt", authority);
    await write(
      "pg_hba.conf",
      "hostssl all all 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\nhostnossl all all all reject\n",
    );
    await client.query("alter system set ssl_ca_file = 'root.crt'");
    await client.query("alter system set ssl = on");
    await client.query("select pg_reload_conf()");
  } finally {
    await client.end();
  }
}

const trusted = {
  databaseCa: servers.authority,
  databaseCertificate: ours.certificate,
  databaseKey: ours.key,
  amqpCa: servers.authority,
  amqpCertificate: ours.certificate,
  amqpKey: ours.key,
};
type Tls = Partial<typeof trusted>;

async function database(tls: Tls, url = databaseUrl): Promise<boolean> {
  const client = new pg.Client({ ...databaseConnection(url, tls), connectionTimeoutMillis: 10_000 });
  try {
    await inTime(client.connect());
    const { rows } = await client.query("select ssl from pg_stat_ssl where pid = pg_backend_pid()");
    return rows[0].ssl;
  } finally {
    // `end` does not resolve for a client that never connected.
    void client.end().catch(() => {});
  }
}

/** On Deno, a driver is sometimes not notified that the server has closed the connection. */
async function inTime<Result>(work: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error("connection refused: it is closed, or the server does not answer")),
      15_000,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function broker(tls: Tls, url = amqpUrl): Promise<boolean> {
  const connection = await inTime(connect(url, { ...brokerTls(tls), timeout: 10_000 }));
  await connection.close();
  return true;
}

describe("TLS to the database and the broker", () => {
  it("connects with client certificates that both accept", async () => {
    await eventually(async () => assert.equal(await database(trusted), true));
    assert.equal(await broker(trusted), true);
  });

  const { databaseCa, amqpCa, ...shown } = trusted;
  const byAddress = (url: string) => url.replace("localhost", "127.0.0.1");
  for (const [what, ca, urlOf, why] of [
    [
      "an unknown CA signed their certificates",
      servers.otherAuthority,
      (url: string) => url,
      /self.signed certificate/,
    ],
    ["they have another name", servers.authority, byAddress, /altnames/],
  ] as const) {
    it(`refuses the connection if ${what}`, async () => {
      await assert.rejects(database({ ...shown, databaseCa: ca }, urlOf(databaseUrl)), why);
      await assert.rejects(broker({ ...shown, amqpCa: ca }, urlOf(amqpUrl)), why);
    });
  }

  it("refuses servers with a private CA if no CA is configured", async () => {
    const { databaseCertificate, databaseKey, ...forBroker } = shown;
    assert.ok(databaseCertificate && databaseKey);
    await assert.rejects(database({}, `${databaseUrl}?sslmode=verify-full`), /self.signed certificate/);
    await assert.rejects(broker(forBroker), /self.signed certificate/);
  });

  for (const [what, own] of [
    ["no certificate", undefined],
    ["a certificate from another CA", theirs],
  ] as const) {
    it(`is refused by both servers with ${what}`, async () => {
      const mine = own && {
        ...{ databaseCertificate: own.certificate, databaseKey: own.key },
        ...{ amqpCertificate: own.certificate, amqpKey: own.key },
      };
      // Some runtimes report the TLS alert, some only that the connection ended.
      const refused = /certificate|unknown.?ca|reset|closed|ended|hang up/i;
      await assert.rejects(database({ databaseCa, ...mine }), refused);
      await assert.rejects(broker({ amqpCa, ...mine }), refused);
    });
  }

  it("cannot be disabled by the database URL", async () => {
    assert.equal(await database(trusted, `${databaseUrl}?sslmode=disable`), true);
    await assert.rejects(database({}, databaseUrl), /no encryption/);
  });

  it("is sufficient for a service and its migrations to start", async () => {
    const files = Object.entries(trusted).map(([key, content]) => {
      const variable = key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
      return [`${variable}_FILE`, file(variable, content)];
    });
    const env = {
      ...Object.fromEntries(files),
      ORDER_DATABASE_URL: databaseUrl,
      ORDER_MIGRATION_DATABASE_URL: servers.migrationUrl,
      ORDER_AMQP_URL: amqpUrl,
    };
    await migrate("order", env);
    const service = await startService("order", env);
    try {
      await eventually(async () => {
        const answer = await (await fetch(`${service.adminUrl}/health/ready`)).json();
        assert.equal(answer.status, "ready", JSON.stringify(answer));
      });
    } finally {
      await service.stop();
    }
  });

  it("keeps a service out of the server's default databases", async () => {
    const url = changedUrl(databaseUrl, { path: "postgres" });
    await assert.rejects(database(trusted, url), /permission denied for database "postgres"/);
  });

  const skip = given !== undefined || "Deno" in globalThis;
  it("is the same on Deno", { skip, timeout: 180_000 }, async () => {
    // Starting servers takes longer than these tests.
    const env = { TLS_SERVERS: file("servers.json", JSON.stringify(servers)), NO_COLOR: "1" };
    const test = launchProgram(
      executableOf("deno"),
      ["test", "-A", "--no-check", "tests/transport.test.ts"],
      env,
    );
    assert.equal(await test.exited, 0, test.log());
  });
});
