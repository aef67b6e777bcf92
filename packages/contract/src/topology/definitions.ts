/** Topology and permissions of a contract in RabbitMQ's own format, for the virtual host `/`. */
import type { Contract } from "../contract.ts";
import type { Definitions } from "./apply.ts";
import { permissionsOf, systemTopology, topicPermissionsOf } from "./model.ts";

const vhost = "/";

export function definitionsOf(contract: Contract): Definitions {
  const { exchanges, queues } = systemTopology(contract);
  const topics = contract.services.flatMap(({ name: user }) =>
    topicPermissionsOf(contract, user).map((permissions) => ({ user, vhost, ...permissions })),
  );
  return {
    permissions: contract.services.map((service) => ({
      user: service.name,
      vhost,
      ...permissionsOf(contract, service.name),
    })),
    ...(topics.length > 0 && { topic_permissions: topics }),
    exchanges: exchanges.map((exchange) => ({
      name: exchange.name,
      vhost,
      type: exchange.type,
      durable: exchange.durable,
      auto_delete: exchange.autoDelete,
      internal: false,
      arguments: exchange.arguments ?? {},
    })),
    queues: queues.map((queue) => ({
      name: queue.name,
      vhost,
      durable: queue.durable,
      auto_delete: false,
      arguments: queue.arguments,
    })),
    bindings: queues.flatMap((queue) =>
      queue.bindings.map((binding) => ({
        source: binding.exchange,
        vhost,
        destination: queue.name,
        destination_type: "queue",
        routing_key: binding.routingKey,
        arguments: binding.arguments ?? {},
      })),
    ),
  };
}
