/**
 * Prints the Secrets of deploy/kubernetes with new passwords, for `kubectl create -f -`. SMTP_URL is the mail server's.
 * With `--local`, also the keys of this machine's token issuer, for the overlay `local`.
 */
import { environmentFor } from "@rabbit-contract/service/testing";
import { stringify } from "yaml";
import { kubernetesSecrets } from "../kubernetes/secrets.ts";
import { localIssuer } from "../local/local-issuer.ts";

const local = process.argv.includes("--local");
const smtpUrl = process.env.SMTP_URL ?? (local ? "smtp://maildev:1025" : undefined);
if (!smtpUrl) {
  console.error(
    "error: set SMTP_URL to the URL of the mail server, such as smtps://user:password@mail.example.com:465",
  );
  process.exit(1);
}
const objects: object[] = kubernetesSecrets(smtpUrl);
if (local) {
  objects.push({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "issuer", namespace: "orders" },
    data: { "jwks.json": environmentFor(localIssuer()).AUTH_JWKS },
  });
}
process.stdout.write(objects.map((object) => `---\n${stringify(object)}`).join(""));
