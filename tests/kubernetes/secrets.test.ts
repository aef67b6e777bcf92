import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { connect } from "node:tls";
import { promisify } from "node:util";
import { kubernetesSecrets } from "@orders/stack/kubernetes/secrets";

const run = promisify(execFile);

describe("the broker's certificate from `make kubernetes-secrets`", () => {
  const secret = kubernetesSecrets("smtp://mail").find(({ metadata }) => metadata.name === "rabbitmq-tls");
  const { "tls.crt": cert = "", "tls.key": key = "", "ca.crt": ca = "" } = secret?.stringData ?? {};
  const server = createServer({ cert, key }, (_, response) => response.end("{}"));
  const folder = mkdtempSync(join(tmpdir(), "secrets-"));
  let port = 0;

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ({ port } = server.address() as AddressInfo);
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** Undefined once the connection is trusted. */
  const refusal = (servername: string, trusted?: string) =>
    new Promise<string | undefined>((resolve) => {
      const socket = connect({ port, host: "127.0.0.1", servername, ...(trusted && { ca: trusted }) }, () => {
        socket.end();
        resolve(undefined);
      });
      socket.on("error", ({ message }) => resolve(message));
    });

  it("is trusted by clients that have its ca.crt, only under the names of the Service", async () => {
    assert.equal(await refusal("rabbitmq", ca), undefined);
    assert.equal(await refusal("rabbitmq.orders.svc", ca), undefined);
    assert.match((await refusal("other", ca)) ?? "", /other|altnames|hostname/i);
    assert.match((await refusal("rabbitmq")) ?? "", /self.signed/i);
  });

  it("is trusted by the console, whose runtime gets its CA through NODE_EXTRA_CA_CERTS", {
    timeout: 60_000,
  }, async () => {
    const file = join(folder, "ca.crt");
    writeFileSync(file, ca);
    const script = `fetch("https://127.0.0.1:${port}/", { tls: { serverName: "rabbitmq" } })
      .then(({ status }) => console.log(status), ({ code }) => console.log(code))`;
    const answer = async (env: NodeJS.ProcessEnv) =>
      (await run(process.execPath, ["-e", script], { env: { ...process.env, ...env } })).stdout.trim();
    assert.equal(await answer({ NODE_EXTRA_CA_CERTS: file }), "200");
    assert.match(await answer({}), /SELF_SIGNED/);
  });
});
