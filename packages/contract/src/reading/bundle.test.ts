import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { ContractError } from "../finding.ts";
import { Source } from "../source.ts";

const folder = mkdtempSync(join(tmpdir(), "documents-"));
after(() => rmSync(folder, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Of files by their paths; the document is `asyncapi.yaml`. */
function read(files: Readonly<Record<string, string>>): Source {
  write(files);
  return Source.read(join(folder, "asyncapi.yaml"));
}

/** `file:line message` of each finding. */
function findings(files: Readonly<Record<string, string>>): string[] {
  try {
    read(files);
    return [];
  } catch (error) {
    assert.ok(error instanceof ContractError, String(error));
    return error.findings.map(
      ({ file, line, message }) => `${file.slice(folder.length + 1)}:${line} ${message}`,
    );
  }
}

const basket = {
  "asyncapi.yaml": `
asyncapi: 3.1.0
channels:
  baskets: {$ref: "./channels/baskets.yaml"}
operations:
  fill:
    channel: {$ref: "#/channels/baskets"}
    messages:
      - {$ref: "./channels/baskets.yaml#/messages/filled"}
components:
  schemas:
    Amount: {$ref: "schemas/money.yaml#/definitions/money"}
    Line:
      properties:
        price: {$ref: "schemas/money.yaml#/definitions/money"}
        parent: {$ref: "#/components/schemas/Line"}
`,
  "channels/baskets.yaml": `
address: basket.filled
messages:
  filled: {$ref: "../messages/basket-filled.yaml"}
`,
  "messages/basket-filled.yaml": `
payload:
  properties:
    total: {$ref: "../schemas/money.yaml#/definitions/money"}
    tree: {$ref: "../schemas/tree-node.yaml"}
    line: {$ref: "../asyncapi.yaml#/components/schemas/Line"}
examples:
  - payload: {$ref: "http://example.com/only-an-example"}
`,
  "schemas/money.yaml": `
definitions:
  money: {properties: {currency: {$ref: "#/definitions/currency"}}}
  currency:
    type: string
`,
  "schemas/tree-node.yaml": `
properties:
  children:
    items: {$ref: "#"}
`,
};

describe("a document of several files", () => {
  it("notes the keys beside a reference, which have no effect, but none of schemas", () => {
    const { notes } = read({
      "asyncapi.yaml": `
asyncapi: 3.1.0
channels:
  fill:
    $ref: channel.yaml
    x-rabbitmq: {version: 1}
components:
  messages:
    filled: {payload: {$ref: "#/components/schemas/Price"}}
  schemas:
    Amount: {type: number}
    Price: {$ref: "#/components/schemas/Amount", description: In euros.}
`,
      "channel.yaml": `
messages:
  filled: {$ref: "asyncapi.yaml#/components/messages/filled", summary: A basket is full.}
`,
    });
    assert.deepEqual(
      notes.map(
        ({ file, line, message }) => `${file.slice(folder.length + 1)}:${line} ${message.split(":")[0]}`,
      ),
      [
        'asyncapi.yaml:6 "x-rabbitmq" beside "$ref" has no effect',
        'channel.yaml:3 "summary" beside "$ref" has no effect',
      ],
    );
  });

  it("becomes one document, whose parts keep the names that it gives them", () => {
    assert.deepEqual(read(basket).root, {
      asyncapi: "3.1.0",
      channels: {
        baskets: {
          address: "basket.filled",
          messages: { filled: { $ref: "#/components/messages/basketFilled" } },
        },
      },
      operations: {
        fill: {
          channel: { $ref: "#/channels/baskets" },
          messages: [{ $ref: "#/channels/baskets/messages/filled" }],
        },
      },
      components: {
        schemas: {
          Amount: { properties: { currency: { $ref: "#/components/schemas/Currency" } } },
          Line: {
            properties: {
              price: { $ref: "#/components/schemas/Amount" },
              parent: { $ref: "#/components/schemas/Line" },
            },
          },
          Currency: { type: "string" },
          TreeNode: { properties: { children: { items: { $ref: "#/components/schemas/TreeNode" } } } },
        },
        messages: {
          basketFilled: {
            payload: {
              properties: {
                total: { $ref: "#/components/schemas/Amount" },
                tree: { $ref: "#/components/schemas/TreeNode" },
                line: { $ref: "#/components/schemas/Line" },
              },
            },
            examples: [{ payload: { $ref: "http://example.com/only-an-example" } }],
          },
        },
      },
    });
  });

  it("has the file and line of each value", () => {
    const source = read(basket);
    const place = (pointer: string) => {
      const { file, line } = source.place(pointer);
      return `${file.slice(folder.length + 1)}:${line}`;
    };
    assert.equal(place("/channels/baskets"), "channels/baskets.yaml:2");
    assert.equal(place("/channels/baskets/address"), "channels/baskets.yaml:2");
    assert.equal(place("/channels/baskets/messages/filled"), "channels/baskets.yaml:4");
    assert.equal(
      place("/channels/baskets/messages/filled/payload/properties/tree"),
      "messages/basket-filled.yaml:5",
    );
    assert.equal(place("/components/schemas/Currency/type"), "schemas/money.yaml:5");
    assert.equal(place("/components/schemas/Line/properties/price"), "asyncapi.yaml:15");
  });

  it("is written as one document, which reads the same", () => {
    const source = read(basket);
    assert.deepEqual(new Source("one.yaml", source.text).root, source.root);
  });

  it("follows references in the middle of a pointer", () => {
    const source = read({
      "asyncapi.yaml": `
channels: {x: {$ref: "#/components/channels/x"}}
components:
  channels:
    x:
      bindings: {$ref: "#/components/channelBindings/queue"}
  channelBindings:
    queue: {amqp: {is: queue}}`,
    });
    assert.equal(source.at("/channels/x/bindings/amqp/is"), "queue");
    assert.equal(source.resolve("/channels/x/bindings").pointer, "/components/channelBindings/queue");
    assert.equal(source.place("/channels/x/bindings/amqp/is").line, 8);
  });

  it("follows a reference that is not of AsyncAPI, as in an example, without looping", () => {
    const source = read({ "asyncapi.yaml": 'a: {$ref: "#/a/b"}\nc: {$ref: "#/c"}' });
    assert.equal(source.at("/a/b/c"), undefined);
    assert.deepEqual(source.resolve("/c").value, { $ref: "#/c" });
  });
});

describe("references that lead to nothing", () => {
  const schemas = (...lines: readonly string[]) => ({
    "asyncapi.yaml": ["components:", "  schemas:", ...lines.map((line) => `    ${line}`)].join("\n"),
  });

  it("are all named, each with its file and line", () => {
    const files = {
      ...schemas(
        'A: {$ref: "#/components/schemas/B"}',
        'C: {$ref: "part.yaml#/D"}',
        'E: {$ref: "absent.yaml"}',
        'F: {$ref: "#name"}',
      ),
      "part.yaml": 'D:\n  items: {$ref: "#/G"}\n',
    };
    assert.deepEqual(findings(files), [
      'asyncapi.yaml:3 "#/components/schemas/B" does not resolve',
      'asyncapi.yaml:5 "absent.yaml" is not a file',
      'asyncapi.yaml:6 "#name" does not resolve',
      'part.yaml:2 "#/G" does not resolve',
    ]);
  });

  it("may form a cycle", () => {
    const circle = "refers to itself through other references";
    assert.deepEqual(
      findings(
        schemas(
          'A: {$ref: "#/components/schemas/A"}',
          'B: {$ref: "#/components/schemas/C"}',
          'C: {$ref: "#/components/schemas/B"}',
        ),
      ),
      [
        `asyncapi.yaml:3 "#/components/schemas/A" ${circle}`,
        `asyncapi.yaml:5 "#/components/schemas/B" ${circle}`,
      ],
    );
  });

  it("may lead to a part of another kind", () => {
    const text = `asyncapi: 3.1.0
channels:
  x: {bindings: {$ref: "#"}, messages: {y: {$ref: "#/channels/x"}, z: {payload: {$ref: "#/x-parts/z"}}}}
x-parts: {z: {type: object}}`;
    assert.deepEqual(findings({ "asyncapi.yaml": text }), [
      'asyncapi.yaml:3 "#" refers to the document, where a channel binding is expected',
      'asyncapi.yaml:3 "#/channels/x" refers to a channel, where a message is expected',
    ]);
  });

  it("may lead through themselves", () => {
    const found = findings(schemas('A: {$ref: "#/components/schemas/A/properties/b"}'));
    assert.equal(found.length, 1, found.join("\n"));
  });

  it("include a file that is not YAML, at its own line", () => {
    const files = { ...schemas('A: {$ref: "part.yaml"}'), "part.yaml": "a: 1\na: 2\n" };
    assert.deepEqual(findings(files), ['part.yaml:2 the key "a" is already in line 1']);
  });
});

describe("references out of the contract's folder", () => {
  const to = (reference: string) => ({
    "asyncapi.yaml": `components:\n  schemas:\n    A: {$ref: "${reference}"}\n`,
  });

  it("are refused, also through a symbolic link", () => {
    const outside = mkdtempSync(join(tmpdir(), "outside-"));
    writeFileSync(join(outside, "a.yaml"), "type: string\n");
    symlinkSync(join(outside, "a.yaml"), join(folder, "link.yaml"));
    const below = "is outside the document's folder";
    assert.match(
      findings(to(`../${outside.split("/").at(-1)}/a.yaml`)).join(),
      new RegExp(`^asyncapi.yaml:3 .*a.yaml" ${below}`),
    );
    assert.match(findings(to("link.yaml")).join(), new RegExp(`link.yaml" ${below}`));
    rmSync(outside, { recursive: true });
  });

  it("are refused where they are absolute", () => {
    for (const path of ["/etc/hostname", "file:///etc/hostname", "ftp://example.com/a.yaml"]) {
      assert.deepEqual(findings(to(path)), [`asyncapi.yaml:3 "${path}" is not a relative path`]);
    }
  });

  it("are refused where they need the network", () => {
    for (const url of ["https://example.com/a.yaml", "HTTP://example.com/a.yaml#/b"]) {
      assert.deepEqual(findings(to(url)), [
        `asyncapi.yaml:3 "${url}" is not fetched: a contract is read without the network`,
      ]);
    }
  });
});
