import type { Contract, Service } from "../contract.ts";
import { concernOf, serviceConstant, serviceModule } from "../generate/names.ts";
import { schemaPlace, schemasOf } from "../model/schemas.ts";
import { list, mapping, pointerOf } from "../source.ts";
import { type Complaint, complaint, duplicates, type Rule } from "./rule.ts";

export const namesFitGeneratedCode: Rule = {
  name: "names-fit-generated-code",
  summary: "What generated code is named after gives different TypeScript names.",
  isNeeded: true,
  *check(contract) {
    for (const [what, nameOf] of Object.entries({ name: serviceConstant, file: serviceModule })) {
      for (const [{ name, place }, first] of duplicates(contract.services, nameOf)) {
        const message = `the services "${first.name}" and "${name}" have one ${what} in generated code`;
        yield complaint(place, message, "rename one of the services");
      }
    }
    for (const service of contract.services) yield* serviceComplaints(service, contract);
    for (const [{ properties, required }, pointer] of schemasOf(contract)) {
      for (const property of Object.keys(mapping(properties))) {
        // An object without it seems to have it, so TypeScript refuses the object as a value of the type.
        if (!(property in Object.prototype) || list(required).includes(property)) continue;
        const message = `the property "${property}" may be absent, and every JavaScript object inherits one of that name`;
        const place = schemaPlace(contract, `${pointer}/properties${pointerOf(property)}`);
        yield complaint(place, message, "require it, or rename it");
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
