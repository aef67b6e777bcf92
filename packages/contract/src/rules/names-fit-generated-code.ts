import type { Contract, Service } from "../contract.ts";
import { concernOf } from "../generate/names.ts";
import { type Complaint, complaint, duplicates, type Rule } from "./rule.ts";

/** Generated files that are no service's. */
const reservedFiles = ["messages", "topology"];

export const namesFitGeneratedCode: Rule = {
  name: "names-fit-generated-code",
  summary: "What generated code is named after gives different TypeScript names.",
  isNeeded: true,
  *check(contract) {
    for (const service of contract.services) yield* serviceComplaints(service, contract);
  },
};

function* serviceComplaints(service: Service, { sends, receives }: Contract): Generator<Complaint> {
  if (reservedFiles.includes(service.name)) {
    const message = `the generated file of the service "${service.name}" would overwrite generated/${service.name}.ts`;
    yield complaint(service.place, message, "rename the service");
  }
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
  const consumed = receives
    .filter((operation) => operation.service === service.name)
    .map(({ queue }) => ({ ...queue, concern: concernOf(service, queue) }));
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
