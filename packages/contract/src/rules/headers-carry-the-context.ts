import { contextHeaders, propertiesOf, requiredOf } from "../model/headers.ts";
import { complaint, type Rule } from "./rule.ts";

/** The types that AMQP headers can hold and handlers get. */
const scalarTypes = ["string", "integer", "number", "boolean"];

export const headersCarryTheContext: Rule = {
  name: "headers-carry-the-context",
  summary: "Headers are scalars, and leave room for those that the runtime adds to every message.",
  *check({ messages, schemas, schemaPointers, source }) {
    for (const name of new Set(messages.map((message) => message.headers))) {
      const schema = schemas[name] ?? {};
      const about = (message: string, fix: string) =>
        complaint(source.place(schemaPointers[name] ?? ""), `the headers "${name}" ${message}`, fix);
      if (schema.additionalProperties === false) {
        yield about(
          "allow no others, and the runtime adds its own, such as traceparent and retry-attempt",
          "remove additionalProperties: a producer sends no headers but those that are declared anyway",
        );
      }
      for (const header of requiredOf(schema, schemas)) {
        if (!Object.hasOwn(contextHeaders, header)) continue;
        yield about(
          `require "${header}", which not every message has`,
          "take it out of required: the producing runtime sets it when the message's context has it",
        );
      }
      for (const [header, { type }] of propertiesOf(schema, schemas)) {
        const types = [type ?? []].flat().map(String);
        if (Object.hasOwn(contextHeaders, header) && !types.includes("string")) {
          yield about(
            `declare "${header}" without type: string, and the runtime sends text`,
            "set type: string",
          );
        }
        const others = types.filter((one) => !scalarTypes.includes(one));
        if (others.length > 0) {
          yield about(
            `declare "${header}" as ${others.join(" or ")}, which handlers are not given`,
            `use ${scalarTypes.join(", ")}, or move it to the payload`,
          );
        }
      }
    }
  },
};
