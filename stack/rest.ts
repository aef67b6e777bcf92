/** Typed clients of the services' REST calls, from the types of their apps. */
import { type Treaty, treaty } from "@elysiajs/eden";
import type { App as InventoryApp } from "@orders/inventory/http";
import type { App as NotificationApp } from "@orders/notification/http";
import type { App as OrderApp } from "@orders/order/http";
import { waitFor } from "@rabbit-contract/messaging/testing";
import type { DeadLetterApp } from "@rabbit-contract/service/operator";

export type Rest = ReturnType<typeof restWith>;

/** Calls services as a client with this token. @param fetcher @default fetch */
export function restWith(
  urlOf: (service: "inventory" | "order" | "notification") => string,
  headers: { readonly authorization: string },
  fetcher?: typeof fetch,
) {
  const options = { headers: { ...headers }, parseDate: false, ...(fetcher && { fetcher }) };
  return {
    inventory: treaty<InventoryApp>(urlOf("inventory"), options),
    order: treaty<OrderApp>(urlOf("order"), options),
    notification: treaty<NotificationApp>(urlOf("notification"), options),
  };
}

/** Operators' calls on the dead letters of the service at `url`. */
export function deadLettersAt(url: string, headers: { readonly authorization: string }) {
  return treaty<DeadLetterApp>(url, { headers: { ...headers }, parseDate: false })["dead-letters"];
}

export type OrderView = Treaty.Data<Rest["order"]["orders"]["post"]>;
export type NotificationView = Treaty.Data<Rest["notification"]["notifications"]["get"]>["items"][number];
export type ProductView = Treaty.Data<Rest["inventory"]["products"]["get"]>["items"][number];
export type DeadLetters = Treaty.Data<ReturnType<typeof deadLettersAt>["get"]>;

/** A REST call that was answered with an error. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;

  constructor({ status, url }: Response, problem: unknown) {
    super(`${url} was answered ${status}: ${JSON.stringify(problem)}`);
    this.status = status;
  }
}

/** The part of what Eden's calls resolve with that matters here. */
interface Answer<Data> {
  readonly data: Data;
  readonly error: { readonly value: unknown } | null;
  /** Absent when nothing answered, whatever Eden's types say: `error` is then what fetch threw. */
  readonly response: Response | undefined;
}

/**
 * The body of a successful answer.
 * @throws RestError with the problem that the service reported
 * @throws Error when it did not answer
 */
export async function bodyOf<Data>(call: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await call;
  if (!response) throw new Error(`no answer: ${error?.value}`, { cause: error?.value });
  if (error !== null || data === null || data === undefined) throw new RestError(response, error?.value);
  return data;
}

export interface NewProduct {
  readonly sku: string;
  readonly onHand: number;
  readonly name?: string;
  /** Of its price, in cents. */
  readonly amount?: number;
  readonly lowStockThreshold?: number;
}

export async function createProduct(
  { inventory: { products } }: Rest,
  { sku, onHand, name = `Product ${sku}`, amount = 1250, lowStockThreshold }: NewProduct,
): Promise<void> {
  const unitPrice = { amount, currency: "EUR" };
  const threshold = lowStockThreshold !== undefined && { lowStockThreshold };
  await bodyOf(products.post({ sku, name, unitPrice, ...threshold }));
  if (onHand === 0) return;
  await bodyOf(products({ sku })["stock-movements"].post({ quantity: onHand, reason: "receipt" }));
}

/**
 * Repeats a call while it is answered 422: the order service learns of new products by message, so it may not know a
 * very new product yet.
 */
export async function retryUnknownProducts<Data>(call: () => Promise<Data>): Promise<Data> {
  const result = await waitFor(
    async () => {
      try {
        return { answer: await call() };
      } catch (error) {
        if (error instanceof RestError && error.status === 422) throw error;
        return { failure: error };
      }
    },
    { what: "the order service to know the products" },
  );
  if ("failure" in result) throw result.failure;
  return result.answer;
}
