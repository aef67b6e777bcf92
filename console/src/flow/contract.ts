/** The queues and routes of the contract that can be watched. */
import { serviceDefinitions } from "@orders/generated/topology";
import type { Service } from "@rabbit-contract/messaging";

const services: readonly Service[] = Object.values(serviceDefinitions);

/** Queues that services consume, with their retry tiers and dead letters. */
export const watchedQueues = services.flatMap(({ name: service, queues }) =>
  queues.map((queue) => ({ ...queue, service })),
);

/** What each service publishes with one routing key. */
export const watchedRoutes = services.flatMap(({ name: from, sends, requests = {} }) =>
  [...Object.values(sends), ...Object.values(requests)].map(({ message, exchange, routingKey, queues }) => ({
    from,
    message: message.type,
    exchange,
    routingKey,
    to: queues,
  })),
);
