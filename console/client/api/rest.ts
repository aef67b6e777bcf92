/** The services' REST calls, typed from their apps, as the person who signed in. */
import { treaty } from "@elysiajs/eden";
import type { App as InventoryApp } from "@orders/inventory/http";
import type { App as NotificationApp } from "@orders/notification/http";
import type { App as OrderApp } from "@orders/order/http";
import type { DeadLetterApp } from "@rabbit-contract/service/operator";
import { authorization } from "../session/session.ts";
import { CallError, messageOf } from "./problem.ts";
import { refusal } from "./request.ts";

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
  const { data, error, response } = await call.catch((cause: unknown) => {
    throw unexpected(`it is not valid JSON (${messageOf(cause)})`);
  });
  if (error !== null) throw refusal(response?.status ?? 0, error.value);
  const type = response?.headers.get("content-type") ?? "no content type";
  if (!type.startsWith("application/json")) throw unexpected(`it is ${type} instead of JSON`);
  if (data === null || data === undefined) throw unexpected("it is empty");
  return data;
}

/** For example a proxy's page instead of the service's answer. */
function unexpected(what: string): CallError {
  return new CallError(0, {
    title: "Unexpected response",
    detail: `A response did not come from the service, or was cut off: ${what}.`,
  });
}
