/** `rabbitmq/definitions.json`: topology and permissions in RabbitMQ's own format, for the virtual host `/`. */
import type { Contract } from "../../contract.ts";
import { permissionsOf, serviceTopology, systemTopology } from "../../topology/model.ts";

const vhost = "/";

export function definitionsFile(contract: Contract): string {
  const { exchanges, queues } = systemTopology(contract);
  const definitions = {
    permissions: contract.services.map((service) => ({
      user: service.name,
      vhost,
      ...permissionsOf(serviceTopology(contract, service.name)),
    })),
    exchanges: exchanges.map((exchange) => ({
      name: exchange.name,
      vhost,
      type: exchange.type,
      durable: exchange.durable,
      auto_delete: exchange.autoDelete,
      internal: false,
      arguments: {},
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
        arguments: {},
      })),
    ),
  };
  return `${JSON.stringify(definitions, null, 2)}\n`;
}
