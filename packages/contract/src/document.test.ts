import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { checkDocument } from "./document.ts";
import { readContract } from "./read-contract.ts";
import { fixtureText } from "./rules/testing/fixture.ts";
import { Source } from "./source.ts";

function findings(text: string): string[] {
  return checkDocument(new Source("a.yaml", text)).map(
    ({ rule, line, message }) => `${line} ${rule} ${message}`,
  );
}

describe("the check of AsyncAPI", () => {
  it("has no findings about what is only advice: id, contact, licence, tags, version 3.0", () => {
    assert.deepEqual(findings("asyncapi: 3.0.0\ninfo:\n  title: Baskets\n  version: 1.0.0\n"), []);
  });

  it("has one finding for one error, with its line", () => {
    const found = findings(
      "asyncapi: 3.1.0\ninfo:\n  title: Baskets\n  version: 1.0.0\nchannels:\n  x:\n    adress: y\n",
    );
    assert.deepEqual(found.length, 1, found.join("\n"));
    assert.match(found[0] ?? "", /^7 asyncapi "adress"/);
  });

  it("fetches nothing, wherever a URL is referred to", async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end("type: string");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/a.yaml`;
    const refer = { $ref: url };
    await assert.rejects(
      readContract("a.yaml", { text: fixtureText({ "/components/messages/basketPaid/payload": refer }) }),
      /is not fetched: a contract is read without the network/,
    );
    findings(
      fixtureText({ "/components/messages/basketPaid/examples/0/payload/basketId": refer, "/x-note": refer }),
    );
    server.close();
    assert.equal(requests, 0);
  });
});
