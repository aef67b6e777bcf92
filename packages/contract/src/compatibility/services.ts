/** Removed services, with everything that belonged to them. */
import type { Contract } from "../contract.ts";
import { listed } from "../listed.ts";
import { breaking, type Difference } from "./difference.ts";

export function serviceDifferences(old: Contract, now: Contract): Difference[] {
  return old.services
    .filter(({ name }) => !now.services.some((service) => service.name === name))
    .map(({ name, place }) => {
      const left = [...now.sends, ...now.receives].filter(({ service }) => service === name);
      const queues = old.receives.filter(({ service }) => service === name).map(({ queue }) => queue.name);
      return breaking({
        rule: "service-removed",
        subject: `service ${name}`,
        change: `it is gone${left.length > 0 ? `, and ${listed(left.map(({ id }) => id))} still belong to it` : ""}`,
        why: [
          "its broker user loses all permissions while old instances run",
          ...(queues.length > 0 ? [`${listed(queues)} fill, as none consumes them`] : []),
        ].join(", and "),
        affects: ["old producers", "old consumers", "operators"],
        services: [name],
        deploy: queues.length > 0 ? "producers-first" : "consumers-first",
        safeWay: [
          ...(left.length > 0 ? ["keep the service, or remove its operations too"] : []),
          `have the other services do without it: none sends what ${name} alone consumes, and none waits for what it sends`,
          "stop its last instance once its outbox, queues, retry tiers and dead-letter queues are empty",
          "remove it from the contract in the next major version, and its queues and exchanges from the broker: topology diff lists them",
        ],
        place,
      });
    });
}
