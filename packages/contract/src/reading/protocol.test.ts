import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContract } from "../read-contract.ts";
import { Source } from "../source.ts";
import { protocolFindings } from "./protocol.ts";

const head = "asyncapi: 3.1.0\ninfo: {title: Baskets, version: 1.0.0}\n";
const aim = ": the commands other than compare are for AMQP 0.9.1";

function findings(text: string): string[] {
  return protocolFindings(new Source("a.yaml", head + text)).map(({ line, message }) => `${line} ${message}`);
}

describe("a document of another protocol", () => {
  it("is named as such in one finding, and nothing else is told", async () => {
    const text = `${head}servers:\n  main: {host: "localhost:9092", protocol: kafka}\nchannels:\n  x: {address: y}\n`;
    await assert.rejects(readContract("a.yaml", { text }), {
      name: "ContractError",
      message: `a.yaml:4 /servers/main/protocol\n  protocol: the server "main" speaks kafka${aim}\n  fix: use compare, which judges messages of any protocol; or add a server whose protocol is amqp or amqps`,
    });
  });

  it("is one without servers whose bindings are of other protocols", () => {
    assert.deepEqual(
      findings("channels:\n  x: {address: y, bindings: {mqtt: {}}}\n  z: {bindings: {ws: {}}}\n"),
      [`4 the channels have bindings of mqtt and ws${aim}`],
    );
    assert.deepEqual(findings("channels:\n  x: {bindings: {mqtt: {}}}\n  z: {bindings: {amqp: {}}}\n"), []);
    assert.deepEqual(findings("channels:\n  x: {address: y}\n"), []);
  });

  it("is not one that has AMQP beside it, but a channel must be there", () => {
    const servers = `servers:
  queues: {host: localhost, protocol: amqps}
  log: {host: localhost, protocol: KAFKA}
channels:
  both: {servers: [{$ref: "#/servers/log"}, {$ref: "#/servers/queues"}]}
  any: {}
`;
    assert.deepEqual(findings(servers), []);
    assert.deepEqual(findings(`${servers}  stream: {servers: [{$ref: "#/servers/log"}]}\n`), [
      `9 no server of "stream" speaks AMQP, but kafka${aim}`,
    ]);
  });
});
