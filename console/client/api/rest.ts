/** The services' REST calls, typed from their apps, as the person who signed in. */
import { treaty } from "@elysiajs/eden";
import type { App as InventoryApp } from "@orders/inventory/http";
import type { App as NotificationApp } from "@orders/notification/http";
import type { App as OrderApp } from "@orders/order/http";
import type { DeadLetterApp } from "@rabbit-contract/service/operator";
import { authorization, signOut } from "../session/session.ts";
import { callError } from "./problem.ts";

const options = { headers: () => authorization(), parseDate: false } as const;
const at = (service: string) => `${location.origin}/api/${service}`;

/** @example const order = await bodyOf(rest.order.orders({ orderId }).get()) */
export const rest = {
  inventory: treaty<InventoryApp>(at("inventory"), options),
  order: treaty<OrderApp>(at("order"), options),
  notification: treaty<NotificationApp>(at("notification"), options),
};

export const services = ["inventory", "order", "notification"] as const;
export type Service = (typeof services)[number];

/** Operators' calls on the dead letters of each service. */
export const deadLettersOf = (service: Service) =>
  treaty<DeadLetterApp>(at(`${service}-admin`), options)["dead-letters"];

/** What eden's calls resolve with, as far as it matters here. */
interface Answer<Data> {
  readonly data: Data;
  readonly error: { readonly status: unknown; readonly value: unknown } | null;
  readonly response: Response | undefined;
}

/** The body of a successful answer. @throws CallError with the problem that the service reported */
export async function bodyOf<Data>(call: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await call;
  if (error === null && data !== null && data !== undefined) return data;
  const status = response?.status ?? 0;
  if (status === 401) signOut("Your sign-in has expired.");
  throw callError(status, error?.value);
}
