import { isObject } from "../source.ts";
import { complaint, quoted, type Rule } from "./rule.ts";

/** Headers that the runtime sets from a message's context. */
const contextHeaders = ["causation-id", "traceparent", "tracestate"];

export const headersCarryTheContext: Rule = {
  name: "headers-carry-the-context",
  summary: "Headers declare what ties the messages of one story together, and a producer can leave it out.",
  check: ({ messages, schemas, source }) =>
    [...new Set(messages.map((message) => message.headers))].flatMap((name) => {
      const schema = schemas[name] ?? {};
      const declared = isObject(schema.properties) ? Object.keys(schema.properties) : [];
      const required = [schema.required ?? []].flat().map(String);
      const missing = contextHeaders.filter((header) => !declared.includes(header));
      const unsent = required.filter((header) => header !== "schema-version");
      const place = source.place(`/components/schemas/${name}`);
      return [
        ...(missing.length === 0
          ? []
          : [
              complaint(
                place,
                `the headers "${name}" do not declare ${quoted(missing)}, so a message that carries them could not be sent`,
                "declare them as optional strings",
              ),
            ]),
        ...(required.includes("schema-version")
          ? []
          : [
              complaint(place, `the headers "${name}" do not require "schema-version"`, "add it to required"),
            ]),
        ...unsent.map((header) =>
          complaint(
            place,
            `the headers "${name}" require "${header}", which not every message has`,
            "take it out of required: the producing runtime sets schema-version, and the others when it has them",
          ),
        ),
      ];
    }),
};
