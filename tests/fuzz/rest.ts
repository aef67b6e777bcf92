/** Random requests to every call of the OpenAPI documents: none causes a 5xx, none takes partial effect. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { before, describe, it } from "node:test";
import { type ServiceName, serviceNames } from "@orders/stack";
import { authorization } from "@orders/stack/testing/access";
import { patientFetch } from "@orders/stack/testing/client";
import { eventually } from "@rabbit-contract/messaging/testing";
import fc from "fast-check";
import { client, system } from "./system.ts";
import { rounds, type Schema, seed, valuesFor } from "./values.ts";

/** Requests per call. */
const requests = 40 * rounds;

interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly schema: Schema;
}

interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: { readonly "application/json": { readonly schema: Schema } } };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface FuzzedRequest {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

describe(`random requests (SEED=${seed} repeats these)`, () => {
  /** The changes that the services confirmed. */
  const done = {
    orders: new Set<string>(),
    products: new Set<string>(),
    movements: 0,
    contacts: new Set<string>(),
  };

  before(async () => {
    await client.product("LAMP", { onHand: 500_000 });
    done.products.add("LAMP");
    const { id } = await client.place("c-1", [{ sku: "LAMP", quantity: 1 }]);
    known.orderId.push(id);
    const orders = await system.query<{ id: string }>("order", "select id from orders");
    for (const { id: existing } of orders) done.orders.add(existing);
    done.movements = (await system.query("inventory", "select from stock_movements")).length;
  });

  const known = {
    sku: ["LAMP"],
    customerId: ["c-1", "c-2"],
    orderId: [] as string[],
    queue: ["order.stock", "inventory.orders"],
    currency: ["EUR"],
    "content-type": ["application/json"],
    // A longer wait would test nothing more.
    prefer: ["wait=1", "respond-async, wait=x", "wait=1;wait=9"],
    email: ["ada@example.com"],
  };

  function requestFor(path: string, { parameters = [], requestBody }: Operation, { components }: Document) {
    const value = valuesFor(components.schemas, known);
    // A header allows fewer characters than JSON.
    const header = (text: string) =>
      text
        .replace(/[^\x20-\x7e]/g, "?")
        .trim()
        .slice(0, 4_000);
    const asText = (given: unknown) =>
      (typeof given === "string" ? given : JSON.stringify(given)).toWellFormed();
    const given = fc.tuple(
      ...parameters.map((parameter) =>
        fc.tuple(
          fc.constant(parameter),
          fc.option(value(parameter.schema, parameter.name).map(asText), {
            freq: parameter.in === "path" ? 1_000 : 2,
            nil: parameter.in === "path" ? "LAMP" : undefined,
          }),
        ),
      ),
    );
    const schema = requestBody?.content["application/json"].schema;
    const body = fc.oneof(
      {
        weight: 12,
        arbitrary: schema ? value(schema).map((one) => JSON.stringify(one)) : fc.constant(undefined),
      },
      {
        weight: 1,
        arbitrary: fc.constantFrom(undefined, "", "{", "[1,", "\u0000", "[".repeat(5_000), '{"a":1,"a":2}'),
      },
      { weight: 1, arbitrary: fc.string() },
    );
    const type = fc.oneof(
      { weight: 12, arbitrary: fc.constant("application/json") },
      {
        weight: 1,
        arbitrary: fc.constantFrom("text/plain", "application/json; charset=utf-16", "multipart/form-data"),
      },
    );
    return fc.tuple(given, body, type).map(([values, text, contentType]): FuzzedRequest => {
      let target = path;
      const search = new URLSearchParams();
      const headers: Record<string, string> = text === undefined ? {} : { "content-type": contentType };
      for (const [{ name, in: where }, one] of values) {
        if (one === undefined) continue;
        if (where === "path")
          target = target.replace(`{${name}}`, encodeURIComponent(one.slice(0, 2_000)) || "%20");
        else if (where === "query") search.append(name, one.slice(0, 2_000));
        else headers[name] = header(one);
      }
      return { path: search.size > 0 ? `${target}?${search}` : target, headers, body: text };
    });
  }

  async function send(url: string, method: string, { path, headers, body }: FuzzedRequest): Promise<void> {
    const response = await patientFetch(url + path, {
      method,
      headers: { ...(await authorization()), ...headers },
      ...(body !== undefined && method !== "GET" && { body }),
      signal: AbortSignal.timeout(40_000),
    });
    const shown = `${method} ${path.slice(0, 200)} ${JSON.stringify(headers)} ${body?.slice(0, 300)}`;
    if (response.headers.get("content-type") === "text/event-stream") return response.body?.cancel();
    const text = await response.text();
    assert.ok(response.status < 500, `${shown} was answered ${response.status} ${text}`);
    if (response.status >= 400) {
      assert.equal(response.headers.get("content-type"), "application/problem+json", shown);
      assert.equal(JSON.parse(text).status, response.status, shown);
      return;
    }
    note(method, new URL(path, "http://service").pathname, response.status, text);
  }

  function note(method: string, path: string, status: number, text: string): void {
    const call = `${method} ${path}`;
    if (call === "POST /orders") done.orders.add(JSON.parse(text).id);
    else if (call === "POST /products" && status === 201) done.products.add(JSON.parse(text).sku);
    else if (method === "POST" && path.endsWith("/stock-movements")) done.movements++;
    else if (method === "PUT") done.contacts.add(decodeURIComponent(path.split("/")[2] ?? ""));
  }

  for (const service of serviceNames) {
    it(`get a success or a 4xx problem from the ${service} service`, {
      timeout: rounds * 60_000,
    }, async () => {
      const { url, adminUrl } = system.service(service);
      for (const base of [url, adminUrl]) {
        const document: Document = await (await fetch(`${base}/openapi/json`)).json();
        for (const [path, methods] of Object.entries(document.paths)) {
          for (const [method, operation] of Object.entries(methods)) {
            await fc.assert(
              fc.asyncProperty(requestFor(path, operation, document), (request) =>
                send(base, method.toUpperCase(), request),
              ),
              { seed, numRuns: requests, endOnFailure: true },
            );
          }
        }
      }
    });
  }

  it("that are not even HTTP do not affect other callers", async () => {
    const heads = fc.constantFrom(
      "",
      "GET / HTTP/1.1\r\n",
      "POST /orders HTTP/1.1\r\nHost: a\r\n",
      "PRI * HTTP/2.0\r\n\r\n",
    );
    const bytes = fc.tuple(heads, fc.uint8Array({ maxLength: 300 }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...serviceNames), bytes, async (service, [head, rest]) => {
        await new Promise<void>((resolve) => {
          const socket = connect(Number(new URL(system.service(service).url).port), "127.0.0.1");
          socket.on("error", () => {});
          socket.on("close", () => resolve());
          socket.resume();
          socket.write(head);
          socket.end(rest);
          setTimeout(() => socket.destroy(), 200).unref();
        });
      }),
      { seed, numRuns: requests, endOnFailure: true },
    );
    for (const service of serviceNames) {
      const ready = () => fetch(`${system.service(service).adminUrl}/health/ready`);
      await eventually(async () => assert.equal((await ready()).status, 200, service));
    }
  });

  it("have had exactly the effects that the answers reported", async () => {
    const count = async (service: ServiceName, from: string) =>
      (await system.query(service, `select from ${from}`)).length;
    await eventually(async () => assert.equal(await count("order", "orders where status = 'pending'"), 0), {
      timeout: 60_000,
    });
    assert.equal(await count("order", "orders"), done.orders.size);
    assert.equal(await count("inventory", "products"), done.products.size);
    assert.equal(await count("inventory", "stock_movements where reason <> 'shipment'"), done.movements);
    assert.equal(await count("notification", "contacts"), done.contacts.size);
    await eventually(
      async () => {
        for (const service of serviceNames) {
          assert.equal(await count(service, "outbox"), 0, service);
          assert.equal(await count(service, "inbox_starts"), 0, service);
        }
        assert.equal(await count("inventory", "reservations"), done.orders.size);
      },
      { timeout: 60_000 },
    );
    const uneven = `(
      select sku, reserved from products except
      select sku, coalesce(sum(quantity), 0) from products left join (
        select line->>'sku' as sku, (line->>'quantity')::int as quantity
        from reservations, jsonb_array_elements(lines) as line where status = 'reserved') as held using (sku)
      group by sku) as uneven`;
    await eventually(async () => assert.equal(await count("inventory", uneven), 0));
    for (const { name } of await system.host.queues()) {
      if (name.endsWith(".dead")) assert.equal(await system.host.queueDepth(name), 0, name);
    }
  });
});
