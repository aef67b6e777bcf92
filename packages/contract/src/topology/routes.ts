/** An exchange, or its name, and a routing key: where a message is published to, or what a queue is bound with. */
export interface Address {
  readonly exchange: string | { readonly name: string };
  readonly routingKey: string;
}

/** Whether a message published to `address` goes through `binding`. On a direct exchange the keys are equal. */
export function routes(address: Address, binding: Address): boolean {
  return nameOf(address) === nameOf(binding) && address.routingKey === binding.routingKey;
}

/** Whether a message published to `address` reaches `queue`. */
export function reaches(address: Address, queue: { readonly bindings: readonly Address[] }): boolean {
  return queue.bindings.some((binding) => routes(address, binding));
}

function nameOf({ exchange }: Address): string {
  return typeof exchange === "string" ? exchange : exchange.name;
}
