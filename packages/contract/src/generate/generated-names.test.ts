/** The second tier of the generator's tests: what it writes compiles, whatever the contract's names are. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { buildContract } from "../read-contract.ts";
import { withFolder } from "../schema/testing/modules.ts";
import { typeChecks } from "../schema/testing/type-check.ts";
import { Source } from "../source.ts";
import { generatedFiles } from "./emit/index.ts";

/** Of imports, declarations and keywords of generated code; and what is not an identifier. */
const services = ["define", "messages", "topology", "system", "3pl", "order-desk", "class", "a.b_c"];
const messages = [
  "define",
  "published",
  "checkDefine",
  "define-message",
  "3d scan",
  "class",
  "toString",
  "service",
];

/** Each service sends one message to the next. */
const document = {
  asyncapi: "3.1.0",
  info: { title: "Names", version: "1.0.0" },
  "x-rabbitmq": {
    version: 1,
    services: Object.fromEntries(services.map((name) => [name, { description: "A." }])),
  },
  channels: Object.fromEntries(
    messages.map((name, at) => [
      `channel ${at}`,
      {
        address: `key.${at}`,
        messages: { [name]: { $ref: `#/components/messages/${name}` } },
        bindings: {
          amqp: { is: "routingKey", exchange: { name: `exchange ${at}`, type: "direct", durable: true } },
        },
      },
    ]),
  ),
  operations: Object.fromEntries(
    messages.flatMap((_, at) => {
      const channel = { $ref: `#/channels/channel ${at}` };
      const of = (service: string | undefined) => ({ "x-rabbitmq": { version: 1, service: service ?? "" } });
      return [
        [`send ${at}`, { action: "send", channel, ...of(services[at]) }],
        [`receive ${at}`, { action: "receive", channel, ...of(services[(at + 1) % services.length]) }],
      ];
    }),
  ),
  components: {
    messages: Object.fromEntries(
      messages.map((name) => [name, { payload: { $ref: "#/components/schemas/DefineMessage" } }]),
    ),
    schemas: {
      DefineMessage: {
        type: "object",
        required: ["toString", "define", "value"],
        properties: {
          toString: { type: "string", pattern: "^a+$" },
          define: { type: "string" },
          value: { type: "integer", format: "int32" },
          message: { type: "object", properties: { of: { $ref: "#/components/schemas/DefineMessage" } } },
        },
      },
    },
  },
};

describe("generated code", () => {
  it("compiles with names that its own code has, and with names that are no identifiers", {
    timeout: 180_000,
  }, async () => {
    const contract = buildContract(new Source("names.yaml", JSON.stringify(document)));
    await withFolder(async (folder) => {
      for (const [path, text] of generatedFiles(contract)) {
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), text);
      }
      typeChecks(folder);
    });
  });
});
