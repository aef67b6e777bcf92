/** The orders of a load: the same number always gives the same order. */

export interface OrderMix {
  /** Number of products that the orders are spread over; 1 for a hot product. */
  readonly products: number;
  /** Lines of each order. @default one to three */
  readonly lines?: number;
}

const mostLines = 3;

export const skuPrefix = "SKU-";
export const skuOf = (number: number) => `${skuPrefix}${number}`;

/** Lines of one to three pieces each, derived from a hash of the number. */
export function orderBody(number: number, customerId: string, { products, lines: wanted }: OrderMix): string {
  const random = mix(number);
  const lines = Array.from({ length: Math.min(products, wanted ?? 1 + (random % mostLines)) }, (_, line) => ({
    // The lines of an order are spaced apart, so none has the same product as another.
    sku: skuOf((Math.floor(random / 8) + line * Math.max(1, Math.floor(products / mostLines))) % products),
    quantity: 1 + ((random >>> (8 + 2 * line)) % 3),
  }));
  return JSON.stringify({ customerId, lines });
}

/** The finalizer of MurmurHash3, so that consecutive numbers give unrelated values. */
function mix(number: number): number {
  let hash = number | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
