import type { Contract, Service } from "../contract.ts";
import { concernOf, serviceConstant, serviceModule } from "../generate/names.ts";
import { dataKeywords, schemaPlace, schemasPointer } from "../model/schemas.ts";
import { isObject, type JsonValue, pointerOf } from "../source.ts";
import { type Complaint, complaint, duplicates, type Rule } from "./rule.ts";

export const namesFitGeneratedCode: Rule = {
  name: "names-fit-generated-code",
  summary: "What generated code is named after gives different TypeScript names.",
  isNeeded: true,
  *check(contract) {
    for (const [{ name, place }, first] of duplicates(contract.services, serviceConstant)) {
      const message = `the services "${first.name}" and "${name}" have one name in generated code`;
      yield complaint(place, message, "rename one of the services");
    }
    for (const [{ name, place }, first] of duplicates(contract.services, serviceModule)) {
      const message = `the services "${first.name}" and "${name}" have one file in generated code`;
      yield complaint(place, message, "rename one of the services");
    }
    for (const service of contract.services) yield* serviceComplaints(service, contract);
    for (const [name, schema] of Object.entries(contract.schemas)) {
      for (const { pointer, property } of inheritedNames(schema, schemasPointer + pointerOf(name))) {
        const message = `the property "${property}" may be absent, and every JavaScript object inherits one of that name`;
        yield complaint(schemaPlace(contract, pointer), message, "require it, or rename it");
      }
    }
  },
};

function* serviceComplaints(service: Service, { sends, receives }: Contract): Generator<Complaint> {
  const sent = sends
    .filter((operation) => operation.service === service.name)
    .flatMap(({ id, messages, place }) => messages.map((message) => ({ id, message, place })));
  for (const [{ id, message, place }, first] of duplicates(sent, (one) => one.message.key)) {
    yield complaint(
      place,
      `"${first.id}" and "${id}" both send "${message.name}", and the outbox has one call for it`,
      "send it with one key and bind every queue that wants it to that, or make it two messages",
    );
  }
  const queues = receives.filter((operation) => operation.service === service.name).map(({ queue }) => queue);
  const consumed = [...new Set(queues)].map((queue) => ({ ...queue, concern: concernOf(service, queue) }));
  for (const { name, concern, place } of consumed) {
    if (/^[A-Z]/.test(concern)) continue;
    const message = `the queue name "${name}" gives no TypeScript name for its consumer`;
    yield complaint(place, message, `call it "${service.name}." and a word for what it is about`);
  }
  for (const [{ name, concern, place }, first] of duplicates(consumed, (queue) => queue.concern)) {
    yield complaint(
      place,
      `the queues "${first.name}" and "${name}" are both about ${concern} in generated code`,
      "rename one of the queues",
    );
  }
}

/** Optional properties that an object without them seems to have: TypeScript refuses it as a value of the type. */
function* inheritedNames(
  schema: JsonValue,
  pointer: string,
): Generator<{ readonly pointer: string; readonly property: string }> {
  if (Array.isArray(schema)) {
    for (const [index, part] of schema.entries()) yield* inheritedNames(part, `${pointer}/${index}`);
  }
  if (!isObject(schema)) return;
  const required = Array.isArray(schema.required) ? schema.required : [];
  for (const [keyword, value] of Object.entries(schema)) {
    const here = pointer + pointerOf(keyword);
    if (keyword !== "properties" || !isObject(value)) {
      if (!dataKeywords.has(keyword)) yield* inheritedNames(value, here);
      continue;
    }
    for (const [property, part] of Object.entries(value)) {
      const at = here + pointerOf(property);
      if (property in Object.prototype && !required.includes(property)) yield { pointer: at, property };
      yield* inheritedNames(part, at);
    }
  }
}
