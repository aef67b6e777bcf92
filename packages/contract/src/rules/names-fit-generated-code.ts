import type { Contract, Message, Service } from "../contract.ts";
import { concernOf } from "../generate/names.ts";
import { type Complaint, complaint, duplicates, type Rule } from "./rule.ts";

/** Generated files that are no service's. */
const reservedFiles = ["messages", "topology"];

export const namesFitGeneratedCode: Rule = {
  name: "names-fit-generated-code",
  summary: "What generated code is named after gives different TypeScript names.",
  check: (contract) => [
    ...contract.messages.flatMap(messageComplaints),
    ...contract.services.flatMap((service) => serviceComplaints(service, contract)),
  ],
};

function messageComplaints({ key, place }: Message): Complaint[] {
  const complaints: Complaint[] = [];
  if (!/^[a-z][A-Za-z0-9]*$/.test(key)) {
    complaints.push(
      complaint(
        place,
        `the message key "${key}" is no TypeScript name in camelCase`,
        "rename it, e.g. basketFilled",
      ),
    );
  }
  return complaints;
}

function serviceComplaints(service: Service, contract: Contract): Complaint[] {
  const complaints: Complaint[] = [];
  if (reservedFiles.includes(service.name)) {
    const message = `the generated file of the service "${service.name}" would overwrite generated/${service.name}.ts`;
    complaints.push(complaint(service.place, message, "rename the service"));
  }
  const sent = contract.sends
    .filter((operation) => operation.service === service.name)
    .flatMap((operation) =>
      operation.messages.map((message) => ({ operation, message, place: operation.place })),
    );
  complaints.push(
    ...duplicates(
      sent,
      ({ message }) => message.key,
      ({ operation, message, place }, first) =>
        complaint(
          place,
          `"${first.operation.id}" and "${operation.id}" both send "${message.name}", and the outbox has one call for it`,
          "send it with one key and bind every queue that wants it to that, or make it two messages",
        ),
    ),
  );
  const consumed = contract.receives
    .filter((operation) => operation.service === service.name)
    .map(({ queue }) => ({ queue, concern: concernOf(service, queue), place: queue.place }));
  for (const { queue, concern, place } of consumed) {
    if (/^[A-Z]/.test(concern)) continue;
    const message = `the queue name "${queue.name}" gives no TypeScript name for its consumer`;
    complaints.push(complaint(place, message, `call it "${service.name}." and a word for what it is about`));
  }
  complaints.push(
    ...duplicates(
      consumed,
      ({ concern }) => concern,
      ({ queue, concern, place }, first) =>
        complaint(
          place,
          `the queues "${first.queue.name}" and "${queue.name}" are both about ${concern} in generated code`,
          "rename one of the queues",
        ),
    ),
  );
  return complaints;
}
