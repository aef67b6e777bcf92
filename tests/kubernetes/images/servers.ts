/**
 * What the operators would create from the manifests: three RabbitMQ nodes, and a PostgreSQL primary with a synchronous
 * standby.
 */
import { randomBytes } from "node:crypto";
import { serviceNames } from "@orders/stack";
import { newCertificate } from "@orders/stack/kubernetes/secrets";
import { eventually } from "@rabbit-contract/messaging/testing";
import { named, ofKind } from "../manifests.ts";
import type { Container, Engine, Secrets } from "./engine.ts";

/** The user of both images. */
const server = { user: "999:999", group: 999 };

interface RabbitmqCluster {
  readonly replicas: number;
  readonly image: string;
  readonly rabbitmq: { readonly additionalConfig: string };
}
interface User {
  readonly tags?: readonly string[];
  readonly importCredentialsSecret: { readonly name: string };
}
interface Permission {
  readonly vhost: string;
  readonly userReference: { readonly name: string };
  readonly permissions: { readonly configure: string; readonly write: string; readonly read: string };
}

/** The broker, with the users and permissions that the Topology Operator would create. TLS only. */
export async function startRabbitmq(engine: Engine, secrets: Secrets): Promise<readonly Container[]> {
  const [cluster] = ofKind<RabbitmqCluster>("production", "RabbitmqCluster");
  if (!cluster) throw new Error("the manifests have no RabbitmqCluster");
  const { replicas, image, rabbitmq } = cluster.spec;
  const hosts = Array.from({ length: replicas }, (_, index) => `rabbitmq-server-${index}`);
  const tls = engine.volume(secrets.get("rabbitmq-tls") ?? {}, { mode: 0o440, group: server.group });
  const at = (file: string) => `/run/tls/${file}`;
  const configuration = [
    "cluster_formation.peer_discovery_backend = classic_config",
    ...hosts.map((host, index) => `cluster_formation.classic_config.nodes.${index + 1} = rabbit@${host}`),
    "listeners.tcp = none",
    "listeners.ssl.default = 5671",
    "management.ssl.port = 15671",
    ...["ssl_options", "management.ssl"].flatMap((prefix) => [
      `${prefix}.cacertfile = ${at("ca.crt")}`,
      `${prefix}.certfile = ${at("tls.crt")}`,
      `${prefix}.keyfile = ${at("tls.key")}`,
    ]),
    rabbitmq.additionalConfig,
  ].join("\n");
  const settings = engine.volume({ "20-operator.conf": configuration }, { mode: 0o444, group: 0 });
  const cookie = randomBytes(16).toString("hex");
  const start =
    "umask 077; echo $COOKIE > /var/lib/rabbitmq/.erlang.cookie; exec docker-entrypoint.sh rabbitmq-server";
  const nodes = hosts.map((host) =>
    engine.start(image, {
      names: ["rabbitmq", host],
      flags: [
        ...["--hostname", host, "--user", server.user, "--env", `COOKIE=${cookie}`, "--entrypoint", "sh"],
        ...["--volume", `${tls}:/run/tls:ro`, "--volume", `${settings}:/etc/rabbitmq/conf.d:ro`],
      ],
      command: ["-c", start],
    }),
  );
  const [first] = nodes;
  if (!first) throw new Error("the cluster has no nodes");
  await eventually(
    () => {
      const status = JSON.parse(first.exec("rabbitmqctl", "-q", "cluster_status", "--formatter", "json"));
      if (status.running_nodes.length !== replicas) throw new Error("not all nodes have joined");
    },
    { timeout: 180_000, interval: 2_000 },
  );
  for (const { metadata, spec } of ofKind<User>("production", "User")) {
    const { username = "", password = "" } = secrets.get(spec.importCredentialsSecret.name) ?? {};
    first.exec("rabbitmqctl", "-q", "add_user", username, password);
    first.exec("rabbitmqctl", "-q", "set_user_tags", username, ...(spec.tags ?? []));
    const grants = ofKind<Permission>("production", "Permission");
    const { vhost, permissions } =
      grants.find(({ spec }) => spec.userReference.name === metadata.name)?.spec ?? {};
    if (vhost === undefined || permissions === undefined) throw new Error(`${username} has no permission`);
    const { configure, write, read } = permissions;
    first.exec("rabbitmqctl", "-q", "set_permissions", "-p", vhost, username, configure, write, read);
  }
  return nodes;
}

interface DatabaseCluster {
  readonly bootstrap: {
    readonly initdb: {
      readonly database: string;
      readonly owner: string;
      readonly secret: { readonly name: string };
      readonly postInitApplicationSQL: readonly string[];
    };
  };
  readonly managed: {
    readonly roles: readonly { readonly name: string; readonly passwordSecret: { readonly name: string } }[];
  };
  readonly postgresql: { readonly parameters: Readonly<Record<string, string>> };
}

/** Every name under which the manifests reach a database. */
const databaseNames = serviceNames.flatMap((service) => [`${service}-pooler`, `${service}-database-rw`]);

export interface Databases {
  /** SIGKILLs the primary and promotes the standby. */
  failOver(): Promise<void>;
  query(database: string, sql: string): string;
}

/** One primary and standby for the databases of all services; clients reach the primary without a pooler. */
export async function startPostgres(
  engine: Engine,
  secrets: Map<string, Readonly<Record<string, string>>>,
): Promise<Databases> {
  const image = "postgres:17.6";
  const certificate = newCertificate(databaseNames);
  for (const service of serviceNames)
    secrets.set(`${service}-database-ca`, { "ca.crt": certificate["ca.crt"] ?? "" });
  const tls = engine.volume(certificate, { mode: 0o440, group: server.group });
  const password = randomBytes(16).toString("hex");
  const clusters = ofKind<DatabaseCluster>("production", "Cluster");
  const { parameters } = named(clusters, "order-database").spec.postgresql;
  const settings = Object.entries({
    ...parameters,
    ssl: "on",
    ssl_cert_file: "/run/tls/tls.crt",
    ssl_key_file: "/run/tls/tls.key",
  }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const access = `echo "host replication postgres all scram-sha-256" >> "$PGDATA/pg_hba.conf"`;
  const initialization = engine.volume({ "replication.sh": access }, { mode: 0o444, group: 0 });
  const start = (
    names: readonly string[],
    entrypoint: string,
    before: readonly string[],
    more: readonly string[] = [],
  ) =>
    engine.start(image, {
      names,
      flags: [
        ...["--user", server.user, "--shm-size", "256m", "--env", `POSTGRES_PASSWORD=${password}`],
        ...["--env", `PGPASSWORD=${password}`, "--entrypoint", entrypoint, "--volume", `${tls}:/run/tls:ro`],
        ...more,
      ],
      command: [...before, "postgres", ...settings],
    });
  let primary = start(
    ["postgres-1", ...databaseNames],
    "docker-entrypoint.sh",
    [],
    ["--volume", `${initialization}:/docker-entrypoint-initdb.d:ro`],
  );
  const psql = ["psql", "-AtX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-U", "postgres"];
  const query = (database: string, sql: string) => primary.exec(...psql, "-d", database, "-c", sql);
  await eventually(() => query("postgres", "select 1"), { timeout: 120_000, interval: 500 });
  for (const { spec } of clusters) {
    const { database, owner, secret, postInitApplicationSQL } = spec.bootstrap.initdb;
    query("postgres", `create role "${owner}" login password '${secrets.get(secret.name)?.password}'`);
    query("postgres", `create database "${database}" owner "${owner}"`);
    for (const sql of postInitApplicationSQL) query(database, sql);
    for (const { name, passwordSecret } of spec.managed.roles)
      query("postgres", `alter role "${name}" password '${secrets.get(passwordSecret.name)?.password}'`);
  }
  const copy = `pg_basebackup -h postgres-1 -U postgres -D "$PGDATA" -R -X stream -c fast && chmod 700 "$PGDATA" && exec "$@"`;
  const standby = start(["postgres-2"], "bash", ["-c", copy, "standby"]);
  query("postgres", "alter system set synchronous_standby_names = 'ANY 1 (*)'");
  query("postgres", "select pg_reload_conf()");
  await eventually(
    () => {
      const states = query("postgres", "select sync_state from pg_stat_replication");
      if (states !== "quorum") throw new Error(`the standby does not follow: ${states}`);
    },
    { timeout: 60_000, interval: 500 },
  );
  return {
    query,
    async failOver() {
      primary.kill();
      primary = standby;
      primary.rename(databaseNames);
      // Otherwise a commit would wait for another standby, which the operator would create in a real cluster.
      query("postgres", "alter system set synchronous_standby_names = ''");
      query("postgres", "select pg_promote()");
      query("postgres", "select pg_reload_conf()");
    },
  };
}
