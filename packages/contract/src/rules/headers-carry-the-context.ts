import { isObject } from "../source.ts";
import { complaint, quoted, type Rule } from "./rule.ts";

/** Headers that the runtime sets from a message's context. */
const contextHeaders = ["causation-id", "traceparent", "tracestate"];

export const headersCarryTheContext: Rule = {
  name: "headers-carry-the-context",
  summary: "Headers declare what ties the messages of one story together, and a producer can leave it out.",
  *check({ messages, schemas, source }) {
    for (const name of new Set(messages.map((message) => message.headers))) {
      const schema = schemas[name] ?? {};
      const declared = isObject(schema.properties) ? Object.keys(schema.properties) : [];
      const required = [schema.required ?? []].flat().map(String);
      const missing = contextHeaders.filter((header) => !declared.includes(header));
      const about = (message: string, fix: string) =>
        complaint(source.place(`/components/schemas/${name}`), `the headers "${name}" ${message}`, fix);
      if (missing.length > 0) {
        yield about(
          `do not declare ${quoted(missing)}, so a message that carries them could not be sent`,
          "declare them as optional strings",
        );
      }
      if (!required.includes("schema-version")) {
        yield about('do not require "schema-version"', "add it to required");
      }
      for (const header of required.filter((one) => one !== "schema-version")) {
        yield about(
          `require "${header}", which not every message has`,
          "take it out of required: the producing runtime sets schema-version, and the others when it has them",
        );
      }
    }
  },
};
