import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ContractError } from "../finding.ts";
import { readSource } from "./remote.ts";

const texts: Readonly<Record<string, string>> = {
  "/money.yaml": 'Money: {properties: {currency: {$ref: "parts/currency.yaml"}}}',
  "/parts/currency.yaml": "type: string\n",
  "/broken.yaml": "a: 1\na: 2\n",
  "/local.yaml": 'A: {$ref: "file:///etc/hostname"}',
  "/large.yaml": "x".repeat(21_000_000),
};

describe("a document that may refer to URLs", () => {
  const folder = mkdtempSync(join(tmpdir(), "remote-"));
  const asked: string[] = [];
  let server: Server;
  let url = "";

  before(async () => {
    server = createServer(({ url: path = "" }, response) => {
      asked.push(path);
      const text = texts[path];
      if (text === undefined) response.statusCode = 404;
      response.end(text);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  });

  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  async function read(...schemas: readonly string[]) {
    const file = join(folder, "a.yaml");
    const lines = schemas.map(
      (path, index) => `    S${index}: {$ref: "${path.replace(/^\//, `${url}/`)}"}\n`,
    );
    return await readSource(file, {
      text: `components:\n  schemas:\n${lines.join("")}`,
      allowRemote: true,
    });
  }

  async function findings(...schemas: readonly string[]): Promise<string[]> {
    try {
      await read(...schemas);
      return [];
    } catch (error) {
      assert.ok(error instanceof ContractError, String(error));
      return error.findings.map(
        ({ file, line, message }) => `${file.split("/").at(-1)}:${line} ${message.replace(url, "")}`,
      );
    }
  }

  it("has what they refer to in turn, each fetched once, with its URL and line", async () => {
    const source = await read("/money.yaml#/Money", "/money.yaml#/Money/properties");
    assert.deepEqual(asked, ["/money.yaml", "/parts/currency.yaml"]);
    assert.deepEqual(source.at("/components/schemas/Currency"), { type: "string" });
    assert.deepEqual(source.place("/components/schemas/Currency/type"), {
      file: `${url}/parts/currency.yaml`,
      line: 1,
      pointer: "/components/schemas/Currency/type",
    });
  });

  it("has a finding for each that cannot be had", async () => {
    assert.deepEqual(await findings("/absent.yaml", "/broken.yaml", "/local.yaml#/A", "/large.yaml"), [
      'a.yaml:3 "/absent.yaml" could not be fetched: the answer is 404',
      'a.yaml:6 "/large.yaml" could not be fetched: it is larger than 20000000 bytes',
      'broken.yaml:2 the key "a" is already in line 1',
      'local.yaml:1 "file:///etc/hostname" is not fetched: only http and https are',
    ]);
  });
});
