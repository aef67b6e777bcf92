import { complaint, quoted, type Rule } from "./rule.ts";

export const operationsNameAService: Rule = {
  name: "operations-name-a-service",
  summary: "Every operation belongs to a service of the system.",
  isNeeded: true,
  check: ({ sends, receives, services, source }) => {
    const names = services.map((service) => service.name);
    return [...sends, ...receives]
      .filter((operation) => !names.includes(operation.service))
      .map((operation) =>
        complaint(
          source.place(`${operation.place.pointer}/x-rabbitmq/service`),
          `"${operation.id}" belongs to the service "${operation.service}", which the system does not have`,
          `name one of ${quoted(names)}, or add the service under x-rabbitmq.services of the document`,
        ),
      );
  },
};
