import { waitFor } from "@rabbit-contract/messaging/testing";
import { localToken } from "../local/local-issuer.ts";
import type { Ports } from "../local/parts.ts";
import { restWith, untilKnown } from "../rest.ts";

interface Order {
  readonly id: string;
  readonly status: string;
  readonly reason?: unknown;
  readonly history: readonly { readonly status: string; readonly at: string; readonly cause: unknown }[];
}

interface Product {
  readonly sku: string;
  readonly stock: { readonly onHand: number; readonly reserved: number; readonly available: number };
}

interface Notification {
  readonly kind: string;
  readonly subject: string;
}

type Lines = readonly { readonly sku: string; readonly quantity: number }[];

/** Shows the system at work through its REST calls: three orders with different outcomes. Can be run repeatedly. */
export async function demo(ports: Ports): Promise<void> {
  const inventory = `http://127.0.0.1:${ports.inventory}`;
  const orders = `http://127.0.0.1:${ports.order}/orders`;
  const notifications = `http://127.0.0.1:${ports.notification}`;
  // Distinguishes the products and the customer of this run from those of the runs before.
  const run = Date.now().toString(36);
  const customerId = `customer-${run}`;
  const operator = restWith(await localToken({ role: "operator", subject: "demo" }));
  const customer = restWith(await localToken({ role: "customer", subject: customerId }));

  const stock = async (sku: string) => (await customer<Product>("GET", `${inventory}/products/${sku}`)).stock;

  async function makeProduct(name: string, amount: number, quantity: number): Promise<string> {
    const sku = `${name}-${run}`.toUpperCase();
    await operator("POST", `${inventory}/products`, {
      sku,
      name: `Green ${name}`,
      unitPrice: { amount, currency: "EUR" },
    });
    await operator("POST", `${inventory}/products/${sku}/stock-movements`, { quantity, reason: "receipt" });
    say(`  ${sku}: ${quantity} in stock`);
    return sku;
  }

  async function placeOrder(lines: Lines): Promise<string> {
    const { id } = await untilKnown(() => customer<Order>("POST", orders, { customerId, lines }));
    say(`  order ${id}: ${lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(", ")}`);
    return id;
  }

  /** Prints each change of the order as it happens, until it is in the expected state. @param seen changes not to print */
  async function follow(id: string, wanted: string, seen = 0): Promise<Order> {
    let shown = seen;
    return waitFor(
      async () => {
        const order = await customer<Order>("GET", `${orders}/${id}`);
        for (const { at, status, cause } of order.history.slice(shown)) {
          say(`    ${at}  ${status.padEnd(9)}  ${typeof cause === "string" ? cause : JSON.stringify(cause)}`);
        }
        shown = order.history.length;
        return order.status === wanted ? order : undefined;
      },
      { what: `order ${id} to be ${wanted}`, timeout: 30_000 },
    );
  }

  async function showNotifications(id: string, count: number): Promise<void> {
    const { items } = await waitFor(
      async () => {
        const page = await customer<{ items: Notification[] }>(
          "GET",
          `${notifications}/notifications?orderId=${id}`,
        );
        return page.items.length >= count ? page : undefined;
      },
      { what: `${count} notifications about order ${id}`, timeout: 30_000 },
    );
    for (const { kind, subject } of items) say(`  ${kind.padEnd(16)}  ${subject}`);
  }

  heading("Two products, and a customer with an e-mail address");
  const tea = await makeProduct("tea", 450, 10);
  const cup = await makeProduct("cup", 1290, 3);
  const contact = { email: `${customerId}@example.com`, name: "Ada", channels: ["email"] };
  await customer("PUT", `${notifications}/customers/${customerId}/contact`, contact);

  heading("An order for what is there: confirmed");
  const confirmed = await placeOrder([
    { sku: tea, quantity: 2 },
    { sku: cup, quantity: 1 },
  ]);
  await follow(confirmed, "confirmed");

  heading("An order for more than there is: rejected, and nothing of it reserved");
  const rejected = await placeOrder([
    { sku: tea, quantity: 1 },
    { sku: cup, quantity: 50 },
  ]);
  const { reason } = await follow(rejected, "rejected");
  say(`    because ${JSON.stringify(reason)}`);

  heading("An order that is cancelled: its stock comes back");
  const cancelled = await placeOrder([{ sku: cup, quantity: 2 }]);
  const { history } = await follow(cancelled, "confirmed");
  say(`  ${cup}: ${(await stock(cup)).available} available`);
  await customer("POST", `${orders}/${cancelled}/cancel`);
  await follow(cancelled, "cancelled", history.length);
  const back = await waitFor(
    async () => {
      const { available } = await stock(cup);
      return available === 2 ? available : undefined;
    },
    { what: `the stock of ${cup} to come back`, timeout: 30_000 },
  );
  say(`  ${cup}: ${back} available`);

  heading("What the customer was told");
  await showNotifications(confirmed, 1);
  await showNotifications(rejected, 1);
  await showNotifications(cancelled, 2);
}

function say(line: string): void {
  console.log(line);
}

function heading(text: string): void {
  say(`\n${text}`);
}
