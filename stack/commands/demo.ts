import { waitFor } from "@rabbit-contract/messaging/testing";
import { localToken } from "../local/local-issuer.ts";
import type { Ports } from "../local/parts.ts";
import { bodyOf, createProduct, type OrderView, restWith, retryUnknownProducts } from "../rest.ts";

type Lines = readonly { readonly sku: string; readonly quantity: number }[];

/** Shows the system at work through its REST calls: three orders with different outcomes. Can be run repeatedly. */
export async function demo(ports: Ports): Promise<void> {
  // Distinguishes the products and the customer of this run from those of earlier runs.
  const run = Date.now().toString(36);
  const customerId = `customer-${run}`;
  const as = async (role: string, subject: string) =>
    restWith((service) => `http://127.0.0.1:${ports[service]}`, {
      authorization: `Bearer ${await localToken({ roles: [role], subject })}`,
    });
  const operator = await as("operator", "demo");
  const customer = await as("customer", customerId);

  const stock = async (sku: string) => (await bodyOf(customer.inventory.products({ sku }).get())).stock;

  async function makeProduct(name: string, amount: number, quantity: number): Promise<string> {
    const sku = `${name}-${run}`.toUpperCase();
    await createProduct(operator, { sku, name: `Green ${name}`, amount, onHand: quantity });
    say(`  ${sku}: ${quantity} in stock`);
    return sku;
  }

  async function placeOrder(lines: Lines): Promise<string> {
    const { id } = await retryUnknownProducts(() =>
      bodyOf(customer.order.orders.post({ customerId, lines: [...lines] })),
    );
    say(`  order ${id}: ${lines.map(({ sku, quantity }) => `${quantity} × ${sku}`).join(", ")}`);
    return id;
  }

  /** Prints each change of the order as it happens, until it is in the expected state. @param seen changes not to print */
  async function follow(id: string, wanted: string, seen = 0): Promise<OrderView> {
    let shown = seen;
    return waitFor(
      async () => {
        const order = await bodyOf(customer.order.orders({ orderId: id }).get());
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
        const page = await bodyOf(customer.notification.notifications.get({ query: { orderId: id } }));
        return page.items.length >= count ? page : undefined;
      },
      { what: `${count} notifications about order ${id}`, timeout: 30_000 },
    );
    for (const { kind, subject } of items) say(`  ${kind.padEnd(16)}  ${subject}`);
  }

  heading("Two products, and a customer with an e-mail address");
  const tea = await makeProduct("tea", 450, 10);
  const cup = await makeProduct("cup", 1290, 3);
  const email = `${customerId}@example.com`;
  await bodyOf(
    customer.notification.customers({ customerId }).contact.put({ email, name: "Ada", channels: ["email"] }),
  );

  heading("An order for what is in stock: confirmed");
  const confirmed = await placeOrder([
    { sku: tea, quantity: 2 },
    { sku: cup, quantity: 1 },
  ]);
  await follow(confirmed, "confirmed");

  heading("An order for more than is in stock: rejected, and nothing is reserved");
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
  await bodyOf(customer.order.orders({ orderId: cancelled }).cancel.post());
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
