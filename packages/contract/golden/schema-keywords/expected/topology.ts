// Generated from packages/contract/golden/schema-keywords/asyncapi.yaml (version 0.1.0) by `make generate`.
// Do not edit: change the contract and generate again.
import type { SystemTopology } from "@rabbit-contract/messaging";

/** The services of the system; also the names of their broker users. */
export const services = ["shop", "till"] as const;

/** Every exchange and queue of the contract, with arguments and bindings. */
export const topology: SystemTopology = {
  exchanges: [
    { name: "shop", type: "direct", durable: true, autoDelete: false },
    { name: "till.redelivery", type: "direct", durable: true, autoDelete: false },
  ],
  queues: [
    {
      name: "till.baskets",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-dead-letter-exchange": "till.redelivery",
        "x-dead-letter-routing-key": "till.baskets.dead",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [
        { exchange: "shop", routingKey: "basket.filled" },
        { exchange: "till.redelivery", routingKey: "till.baskets" },
      ],
    },
    {
      name: "till.baskets.dead",
      durable: true,
      arguments: { "x-queue-type": "quorum", "x-delivery-limit": 1000000 },
      bindings: [{ exchange: "till.redelivery", routingKey: "till.baskets.dead" }],
    },
    {
      name: "till.baskets.retry.1s",
      durable: true,
      arguments: {
        "x-queue-type": "quorum",
        "x-delivery-limit": 1000000,
        "x-message-ttl": 1000,
        "x-dead-letter-exchange": "till.redelivery",
        "x-dead-letter-routing-key": "till.baskets",
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
      bindings: [{ exchange: "till.redelivery", routingKey: "till.baskets.retry.1s" }],
    },
  ],
};
