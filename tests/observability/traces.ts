import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { authorization } from "@orders/stack/testing/access";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { ReceivedSpan } from "@rabbit-contract/service/testing";
import { client, receiver, system } from "./system.ts";

const traceId = (digit: number) => String(digit).repeat(32);
const callersSpan = "00f067aa0ba902b7";
const lines = [{ sku: "TRACED", quantity: 1 }];
const unknownId = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
const traceparent = (digit: number, flags = "01") => `00-${traceId(digit)}-${callersSpan}-${flags}`;

describe("traces", () => {
  before(async () => {
    await client.product("TRACED", { onHand: 100 });
    // A batch with messages of another order would have a trace of its own.
    await system.quiet();
  });

  /** The trace as a tree, one line per span, child spans indented. */
  function tree(digit: number): string[] {
    const spans = receiver.spans.filter((span) => span.traceId === traceId(digit));
    const beneath = (parent: string, indent: string): string[] =>
      spans
        .filter(({ parentSpanId }) => parentSpanId === parent)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((span) => [indent + describeSpan(span), ...beneath(span.spanId, `${indent}  `)]);
    return beneath(callersSpan, "");
  }

  const describeSpan = ({ service, name, status }: ReceivedSpan) =>
    `${service}: ${name}${status.code === 2 ? " failed" : ""}`;

  /**
   * Makes only inventory's next reservation fail; the sequence counts because it is not rolled back with its
   * transaction.
   */
  async function failFirstReservation(): Promise<void> {
    await system.query(
      "inventory",
      `create sequence attempts;
       create function refuse_first() returns trigger language plpgsql security definer as
         'begin if nextval(''attempts'') = 1 then raise exception ''not now''; end if; return new; end';
       create trigger refuse_first before insert on reservations for each row execute function refuse_first()`,
      "owner of the tables",
    );
  }

  /** The spans of a confirmed order, starting with its `create` span. */
  const confirmed = (from = "orders:order.created:inventory.orders") => [
    "order: POST /orders",
    "  order: create orders:order.created",
    `    inventory: process ${from}`,
    "      inventory: create inventory:stock.reserved",
    "        order: process inventory:stock.reserved:order.stock",
    "          order: create orders:order.confirmed",
    "            notification: process orders:order.confirmed:notification.orders",
    "            order: send orders:order.confirmed",
    "        inventory: send inventory:stock.reserved",
    "    order: send orders:order.created",
  ];

  it("show an order as one trace across all three services, below the client's span", async () => {
    const { id } = await client.place("c-1", lines, { traceparent: traceparent(1) });
    await client.kinds(id, "order-confirmed");
    await eventually(() => assert.deepEqual(tree(1), confirmed()));

    const spans = receiver.spans.filter((span) => span.traceId === traceId(1));
    const of = (name: string) => spans.find((span) => span.name === name);
    assert.equal(spans.length, 10);
    assert.deepEqual([of("POST /orders")?.kind, of("create orders:order.created")?.kind], [2, 4]);
    assert.deepEqual(
      [of("send orders:order.created")?.kind, of("process inventory:stock.reserved:order.stock")?.kind],
      [3, 5],
    );
    const { attributes = {} } = of("process orders:order.created:inventory.orders") ?? {};
    assert.equal(attributes["messaging.system"], "rabbitmq");
    assert.equal(attributes["messaging.operation.type"], "process");
    assert.equal(attributes["messaging.message.conversation_id"], id);
    assert.equal(
      attributes["messaging.message.id"],
      of("create orders:order.created")?.attributes["messaging.message.id"],
    );
    assert.equal(of("POST /orders")?.attributes["http.response.status_code"], 202);
  });

  it("omit requests that the caller's trace does not sample", async () => {
    const headers = { traceparent: traceparent(2, "00") };
    const { id } = await client.place("c-2", lines, headers);
    await client.kinds(id, "order-confirmed");
    // Once a later trace has arrived, an earlier one would have arrived as well.
    const later = await client.place("c-2", lines, { traceparent: traceparent(3) });
    await client.kinds(later.id, "order-confirmed");
    await eventually(() => assert.deepEqual(tree(3), confirmed()));
    // Neither in its own trace nor in another one; a batch of several orders has a trace of its own.
    const isLeftOut = ({ traceId: trace, attributes }: ReceivedSpan) =>
      trace === traceId(2) || attributes["messaging.message.conversation_id"] === id;
    assert.deepEqual(receiver.spans.filter(isLeftOut), []);
  });

  it("continue through a retry", async () => {
    await failFirstReservation();
    const { id } = await client.place("c-4", lines, { traceparent: traceparent(4) });
    await client.kinds(id, "order-confirmed");
    // "inventory.redelivery…" sorts before "orders…".
    const again = confirmed("inventory.redelivery:inventory.orders");
    const failed = [
      "    inventory: process orders:order.created:inventory.orders failed",
      "      inventory: send inventory.redelivery:inventory.orders.retry.1s",
    ];
    await eventually(() => assert.deepEqual(tree(4), [...again.slice(0, -1), ...failed, ...again.slice(-1)]));
  });

  it("continue through a dead letter and its replay", async () => {
    await system.host.publish({
      exchange: "inventory",
      routingKey: "stock.reserved",
      payload: JSON.stringify({ orderId: unknownId, reservedAt: "2026-03-14T09:26:53.000Z" }),
      properties: {
        message_id: unknownId,
        type: "stock.reserved",
        correlation_id: unknownId,
        timestamp: 1_770_000_000,
        content_type: "application/json",
        headers: { "schema-version": 1, traceparent: traceparent(5) },
      },
    });
    const dead = [
      "order: process inventory:stock.reserved:order.stock failed",
      "  order: send order.redelivery:order.stock.dead",
    ];
    await eventually(() => assert.deepEqual(tree(5), dead));
    const response = await fetch(`${system.service("order").adminUrl}/dead-letters/replay`, {
      method: "POST",
      headers: { ...(await authorization()), "content-type": "application/json" },
      body: JSON.stringify({ queue: "order.stock", messageId: unknownId }),
    });
    assert.match(await response.text(), /"done":1/);
    await eventually(() =>
      assert.deepEqual(tree(5), [
        ...dead,
        "order: process order.redelivery:order.stock failed",
        "  order: send order.redelivery:order.stock.dead",
        "order: send order.redelivery:order.stock",
      ]),
    );
  });
});
