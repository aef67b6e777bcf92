import { requireConsumers, type ServiceDefinition } from "@rabbit-contract/messaging";
import type { CheckedStations } from "./health-checks.ts";

/**
 * Refuses to start a service that does not do what the contract says. @throws Error that names each queue that it does
 * not consume, or each message that no relay would publish
 */
export function requireStations(
  contract: Pick<ServiceDefinition, "name" | "queues" | "sends">,
  { broker, relay }: Pick<CheckedStations, "broker" | "relay">,
): void {
  requireConsumers(contract, broker);
  const sent = Object.values(contract.sends).map(({ message }) => message.type);
  if (sent.length === 0 || relay) return;
  throw new Error(
    `the ${contract.name} service cannot send ${sent.join(", ")}: no relay publishes its outbox; ` +
      "call startRelay, and pass the relay to run",
  );
}
