/** The Secrets that deploy/kubernetes refers to, with new passwords, for a cluster without a secret store. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serviceNames } from "../names.ts";
import { newPassword } from "../provision.ts";

export interface Secret {
  readonly apiVersion: "v1";
  readonly kind: "Secret";
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly type: string;
  readonly stringData: Readonly<Record<string, string>>;
}

/** @param smtpUrl of the mail server */
export function kubernetesSecrets(smtpUrl: string): Secret[] {
  return [
    ...serviceNames.flatMap((service) => [
      credentials(`${service}-broker`, service, (user) => `amqps://${user}@rabbitmq:5671/%2F`),
      credentials(
        `${service}-database`,
        service,
        (user) => `postgres://${user}@${service}-pooler:5432/${service}`,
      ),
      // Not through the pooler: a migration holds a lock for as long as its session lives.
      credentials(
        `${service}-database-migration`,
        `${service}_migration`,
        (user) => `postgres://${user}@${service}-database-rw:5432/${service}`,
      ),
    ]),
    credentials("monitoring-broker", "monitoring", (user) => `https://${user}@rabbitmq:15671`),
    secret("rabbitmq-tls", "kubernetes.io/tls", newCertificate(["rabbitmq", "rabbitmq.orders.svc"])),
    secret("smtp", "Opaque", { url: smtpUrl }),
  ];
}

/** @param urlOf makes the URL that the program reads, from `user:password` */
function credentials(name: string, username: string, urlOf: (user: string) => string): Secret {
  const password = newPassword();
  const url = urlOf(`${username}:${password}`);
  return secret(name, "kubernetes.io/basic-auth", { username, password, url });
}

function secret(name: string, type: string, stringData: Readonly<Record<string, string>>): Secret {
  return { apiVersion: "v1", kind: "Secret", metadata: { name, namespace: "orders" }, type, stringData };
}

/** A self-signed certificate for `names`, valid for ten years: clients trust exactly this one. */
export function newCertificate(names: readonly string[]): Record<string, string> {
  const directory = mkdtempSync(join(tmpdir(), "certificate-"));
  try {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", "tls.key"];
    const alternatives = names.map((name) => `DNS:${name}`).join(",");
    const extension = ["-addext", `subjectAltName=${alternatives}`];
    const args = ["req", "-x509", "-subj", `/CN=${names[0]}`, "-days", "3650", ...key, ...extension];
    execFileSync("openssl", [...args, "-out", "tls.crt"], { cwd: directory, stdio: "pipe" });
    const read = (file: string) => readFileSync(join(directory, file), "utf8");
    return { "tls.crt": read("tls.crt"), "tls.key": read("tls.key"), "ca.crt": read("tls.crt") };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
