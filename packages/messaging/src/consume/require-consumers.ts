import type { ServiceDefinition } from "../define/service.ts";
import type { Consumer } from "./consumer.ts";

/**
 * For the end of a service's start, once it has called `broker.consume` for each of its queues. The messages of a queue
 * without a consumer would wait forever, and no log line would mention them.
 * @throws Error that names each queue of the contract that the service does not consume
 */
export function requireConsumers(
  { name: service, queues }: Pick<ServiceDefinition, "name" | "queues">,
  { consumers }: { readonly consumers: readonly Consumer[] },
): void {
  const consumed = new Set(consumers.map(({ queue }) => queue));
  const missing = queues.map(({ name }) => name).filter((name) => !consumed.has(name));
  if (missing.length === 0) return;
  throw new Error(
    `the ${service} service does not consume ${missing.join(", ")}: call broker.consume for each of these queues, ` +
      "or remove what it receives from the contract",
  );
}
