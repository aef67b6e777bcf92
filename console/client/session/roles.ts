/** Which role has which rights, as the services declare it. Runs while the page is built. */
import { roles as inventory } from "@orders/inventory/access";
import { roles as notification } from "@orders/notification/access";
import { roles as order } from "@orders/order/access";
import { roles as console } from "../../src/access.ts";

/** Rights in all services, by role. */
export function roles(): Record<string, string[]> {
  const rights: Record<string, string[]> = {};
  for (const { name, may } of [...console, ...inventory, ...order, ...notification])
    rights[name] = [...new Set([...(rights[name] ?? []), ...may.map(String)])];
  return rights;
}
