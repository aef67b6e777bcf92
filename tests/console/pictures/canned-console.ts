/** The console's page with fixed responses. */
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
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
};
const streams: Readonly<Record<string, object | undefined>> = {
  "GET /flow": answers.flow,
  "GET /break-it/run": answers.run,
  "GET /api/notification/notifications/stream": undefined,
};
const types: Readonly<Record<string, string>> = {
  js: "text/javascript",
  css: "text/css",
  svg: "image/svg+xml",
  woff2: "font/woff2",
};

/** Serves what `bun console/build.ts` has built. */
export async function serveCannedConsole() {
  const folder = join(root, "console/dist");
  const server = createServer(async ({ method, url = "/" }, response) => {
    const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
    const ofOrder = searchParams.has("orderId") ? " of an order" : "";
    const call = `${method} ${pathname}${ofOrder}`;
    const answer = answerOf[call];
    if (answer !== undefined) json(response, 200, answer);
    else if (call in streams) stream(response, streams[call]);
    else if (call === "POST /sign-in/local")
      json(response, 201, { token: await tokenOf("operator", "ada"), expiresAt: "2100-01-01T00:00:00Z" });
    else if (pathname.startsWith("/assets/")) {
      const type = types[pathname.split(".").at(-1) ?? ""] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type }).end(readFileSync(join(folder, pathname)));
    } else if (pathname.startsWith("/api/") || pathname.startsWith("/break-it/"))
      json(response, 404, { title: `There is no fixed response for ${call}` });
    else
      response.writeHead(200, { "content-type": "text/html" }).end(readFileSync(join(folder, "index.html")));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function stream(response: ServerResponse, data: object | undefined): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(data === undefined ? ": open\n\n" : `data: ${JSON.stringify(data)}\n\n`);
}
