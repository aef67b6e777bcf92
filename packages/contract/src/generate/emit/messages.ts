/** `messages.ts`: static type, TypeBox schema and compiled check of every schema, and what makes them messages. */
import { basename } from "node:path";
import type { Contract, Message } from "../../contract.ts";
import { givenHeaders } from "../../model/headers.ts";
import { compileSchemas } from "../../schema/index.ts";
import { propertyAccess } from "../../schema/source-text.ts";
import { banner, documentation, file, imported, runtimeModule } from "./text.ts";

export function messagesFile(contract: Contract): string {
  const constants = contract.messages.map(({ key }) => `${key}Message`);
  const define = imported("defineMessage", constants);
  const compiled = compileSchemas({
    schemas: contract.schemas,
    document: basename(contract.source.file),
    reserved: [...constants, define.name],
  });
  const checkNames = new Map(compiled.schemas.map(({ name, checkName }) => [name, checkName]));
  return file([
    ...banner(contract),
    `import { ${define.clause} } from "${runtimeModule}";`,
    compiled.imports,
    ...compiled.schemas.flatMap(({ source }) => ["", source]),
    ...contract.messages.flatMap((message) => [
      "",
      ...descriptor(message, contract.schemas, checkNames, define.name),
    ]),
  ]);
}

function descriptor(
  message: Message,
  schemas: Contract["schemas"],
  checkNames: ReadonlyMap<string, string>,
  define: string,
): string[] {
  const { key, name, payload, headers } = message;
  const names = givenHeaders(message, schemas).map((header) => JSON.stringify(header));
  const given = names.length > 0 ? [`Pick<${headers}, ${names.join(" | ")}>`] : [];
  return [
    ...documentation([`\`${name}\``, message.summary ?? []].flat().join(": "), message.place),
    `export const ${key}Message = ${define}<${[payload, ...given].join(", ")}>({`,
    `type: ${JSON.stringify(name)},`,
    ...(message.schemaVersion === undefined ? [] : [`schemaVersion: ${message.schemaVersion},`]),
    `payload: ${payload},`,
    `headers: ${headers},`,
    `checkPayload: ${checkNames.get(payload)},`,
    `checkHeaders: ${checkNames.get(headers)},`,
    ...correlationIdOf(message),
    "});",
  ];
}

function correlationIdOf({ correlationId }: Message): string[] {
  if (!correlationId) return [];
  const { part, path } = correlationId;
  const parameters = part === "payload" ? "payload" : "_, headers";
  return [`correlationId: (${parameters}) => ${part}${path.map(propertyAccess).join("")},`];
}
