/** Defaults for settings that a contract may omit, with which no message is lost. */

/**
 * Redeliveries after which the broker gives up a message. Its own default, 20, also counts redeliveries caused by
 * neighbours in a batch.
 */
export const deliveryLimit = 1_000_000;

export const batchSize = 400;

/** Milliseconds. */
const retryDelays = [1_000, 10_000, 60_000] as const;

/** A second batch waits while the first is handled. */
export function prefetchFor(batch: number): number {
  return Math.min(2 * batch, 65_535);
}

export function retryTiers(queue: string): { readonly queue: string; readonly delay: number }[] {
  return retryDelays.map((delay) => ({ queue: retryQueue(queue, delay), delay }));
}

/** `baskets.retry.10s` */
export function retryQueue(queue: string, delay: number): string {
  return `${queue}.retry.${delay % 1000 === 0 ? `${delay / 1000}s` : `${delay}ms`}`;
}

export function deadLetterQueue(queue: string): string {
  return `${queue}.dead`;
}

export function redeliveryExchange(service: string): string {
  return `${service}.redelivery`;
}

/** `Shop and till` → `shop-and-till` */
export function serviceName(title: string): string {
  const words = title
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "");
  return words.join("-") || "application";
}
