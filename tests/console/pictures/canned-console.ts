/** The console's page with fixed responses. */
import { join } from "node:path";
import { root } from "@orders/stack";
import { tokenOf } from "@rabbit-contract/service/testing";
import * as answers from "./answers.ts";

const page = (items: readonly object[]) => ({ items, next: null });
const [product] = answers.products;

/** Responses by method and path. A stream gets its events and stays open. */
const answerOf: Readonly<Record<string, object>> = {
  "GET /settings.json": { signIn: { kind: "local" }, breakIt: true },
  "GET /api/order/orders": page(answers.orders),
  [`GET /api/order/orders/${answers.oneOrder.id}`]: answers.oneOrder,
  "GET /api/inventory/products": page(answers.products),
  "GET /api/inventory/products/LAMP-01": { ...product, description: "With a dimmer and a cable of 2 m." },
  "GET /api/inventory/products/LAMP-01/stock-movements": page(answers.movements),
  [`GET /api/inventory/reservations/${answers.oneOrder.id}`]: answers.reservation,
  "GET /api/notification/notifications": page(answers.notifications),
  "GET /api/notification/notifications of an order": page(answers.notifications.slice(0, 1)),
  "GET /api/notification/contacts": page([
    { customerId: "c-1001", email: "ada@example.com", name: "Ada", channels: ["email"] },
    { customerId: "c-1002", channels: [] },
  ]),
  "GET /api/inventory-admin/dead-letters": {
    ...page(answers.letters),
    queues: [
      { queue: "inventory.orders", messages: 8, examined: 8 },
      { queue: "inventory.outbox", messages: 1, examined: 1 },
    ],
  },
  [`GET /api/inventory-admin/dead-letters/inventory.orders/${answers.oneLetter.id}`]: answers.oneLetter,
  "GET /api/inventory-admin/dead-letters/actions": page([]),
  "GET /break-it/parts": { parts: answers.parts },
  "GET /break-it/run": { run: answers.run },
};
const streams: Readonly<Record<string, object | undefined>> = {
  "GET /flow": answers.flow,
  "GET /api/notification/notifications/stream": undefined,
};
/** Serves what `bun console/build.ts` has built. */
export function serveCannedConsole() {
  const folder = join(root, "console/dist");
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    async fetch({ method, url }) {
      const { pathname, searchParams } = new URL(url);
      const ofOrder = searchParams.has("orderId") ? " of an order" : "";
      const call = `${method} ${pathname}${ofOrder}`;
      const answer = answerOf[call];
      if (answer !== undefined) return Response.json(answer);
      if (call in streams) return stream(streams[call]);
      if (call === "POST /sign-in/local") {
        const token = await tokenOf("operator", "ada");
        return Response.json({ token, expiresAt: "2100-01-01T00:00:00Z" });
      }
      if (pathname.startsWith("/assets/")) return new Response(Bun.file(join(folder, pathname)));
      if (pathname.startsWith("/api/") || pathname.startsWith("/break-it/"))
        return Response.json({ title: `There is no fixed response for ${call}` }, { status: 404 });
      return new Response(Bun.file(join(folder, "index.html")));
    },
  });
  return { url: server.url.origin, close: () => server.stop(true) };
}

/** Stays open after its event. */
function stream(data: object | undefined): Response {
  const text = data === undefined ? ": open\n\n" : `data: ${JSON.stringify(data)}\n\n`;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}
