/** `messages.ts`: static type, TypeBox schema and compiled check of every schema, and what makes them messages. */
import type { Contract, Message } from "../../contract.ts";
import { compileSchemas } from "../../schema/index.ts";
import { banner, comment, runtimeModule } from "./text.ts";

export function messagesFile(contract: Contract): string {
  const compiled = compileSchemas({
    schemas: contract.schemas,
    validationModule: `${runtimeModule}/validation`,
  });
  return [
    banner(contract),
    `${compiled.imports}\nimport { defineMessage } from "${runtimeModule}";\n`,
    ...compiled.schemas.map((schema) => `\n${schema.source}\n`),
    ...contract.messages.map((message) => `\n${descriptor(message, compiled.schemas)}`),
  ].join("");
}

function descriptor(message: Message, schemas: readonly { name: string; checkName: string }[]): string {
  const check = (name: string) => schemas.find((schema) => schema.name === name)?.checkName ?? "";
  return [
    comment(`\`${message.name}\`: ${message.summary}`),
    `export const ${message.key}Message = defineMessage<${message.payload}>({\n`,
    `  type: ${JSON.stringify(message.name)},\n`,
    `  schemaVersion: ${message.schemaVersion},\n`,
    `  payload: ${message.payload},\n`,
    `  headers: ${message.headers},\n`,
    `  checkPayload: ${check(message.payload)},\n`,
    `  checkHeaders: ${check(message.headers)},\n`,
    "});\n",
  ].join("");
}
