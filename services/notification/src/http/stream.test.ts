import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { eventually, stoppedClock } from "@rabbit-contract/messaging/testing";
import { expectProblem } from "@rabbit-contract/service/testing";
import { sql } from "drizzle-orm";
import { orderConfirmed, orderShipped } from "../../testing/notification.ts";
import { authorization, follow, type TestRest, testRest } from "../../testing/rest.ts";

let service: TestRest;
before(async () => {
  service = await testRest({ limit: 3 });
});
after(() => service.close());

const streamUrl = (query = "") => `${service.server.url}/notifications/stream${query}`;
const noStreams = () => eventually(() => assert.equal(service.streams.size, 0));

describe("GET /notifications/stream", () => {
  it("shows new notifications as the list does", async () => {
    const orderId = uuidv7();
    await service.handle("orderConfirmed", [orderConfirmed(orderId)]);
    const { events, leave } = await follow(streamUrl(`?customerId=ada&orderId=${orderId}`));
    await eventually(() => assert.equal(events.length, 1));
    assert.equal(events[0]?.event, "position");
    assert.deepEqual(events[0]?.data, {});
    await service.handle("orderShipped", [orderShipped(orderId), orderShipped()]);
    await eventually(() => assert.equal(events.length, 2));
    assert.equal(events[1]?.event, "notification");
    const { items } = await (await service.call("GET", `/notifications?orderId=${orderId}`)).json();
    assert.deepEqual(events[1]?.data, items[0]);
    assert.equal(items[0].kind, "order-shipped");
    leave();
    await noStreams();
  });

  it("resumes after the last event that the client received, even if that was only the position", async () => {
    const url = streamUrl("?customerId=resuming");
    const first = await follow(url);
    await eventually(() => assert.equal(first.events.length, 1));
    first.leave();
    const orders = Array.from({ length: 250 }, () => orderConfirmed(uuidv7(), "resuming"));
    await service.handle("orderConfirmed", orders);
    const second = await follow(url, first.events[0]?.id);
    await eventually(() => assert.equal(second.events.length, 251));
    second.leave();
    const third = await follow(url, second.events[4]?.id);
    await eventually(() => assert.equal(third.events.length, 247));
    third.leave();
    assert.deepEqual(third.events.slice(1), second.events.slice(5));
    await noStreams();
  });

  it("refuses invalid parameters", async () => {
    for (const id of ["4711", "1-x", `99999999999999999999-${uuidv7()}`, `-1-${uuidv7()}`]) {
      const response = await service.call("GET", "/notifications/stream", undefined, { "last-event-id": id });
      const { errors } = await expectProblem(response, 422, "invalid-input");
      assert.deepEqual([errors[0].in, errors[0].parameter], ["header", "last-event-id"]);
    }
    for (const query of ["orderId=1", "customerId=", "limit=5"]) {
      await expectProblem(await service.call("GET", `/notifications/stream?${query}`), 422, "invalid-input");
    }
    assert.equal(service.streams.size, 0);
  });

  it("is limited in number for each caller", async () => {
    const own = await testRest({ limitPerCaller: 2 });
    const open = async (customerId: string) =>
      fetch(`${own.server.url}/notifications/stream`, { headers: await authorization(customerId) });
    const streams = [await open("eve"), await open("eve")];
    const refused = await open("eve");
    assert.equal(refused.headers.get("retry-after"), "5");
    await expectProblem(refused, 429, "too-many-streams");
    streams.push(await open("bob"));
    assert.equal(streams.at(-1)?.status, 200);
    for (const stream of streams) await stream.body?.cancel();
    await own.close();
  });

  it("is limited in number, and a disconnected one makes room", async () => {
    const open = await Promise.all([follow(streamUrl()), follow(streamUrl()), follow(streamUrl())]);
    const refused = await service.call("GET", "/notifications/stream");
    assert.equal(refused.headers.get("retry-after"), "5");
    await expectProblem(refused, 503, "too-many-streams");
    open[0].leave();
    await eventually(() => assert.equal(service.streams.size, 2));
    const another = await follow(streamUrl());
    for (const { leave } of [...open, another]) leave();
    await noStreams();
  });

  it("is not counted for a HEAD request", async () => {
    const response = await service.call("HEAD", "/notifications/stream");
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    await noStreams();
  });

  it("buffers little for a client that does not read, drops it when full, and lets it catch up", async () => {
    using clock = stoppedClock();
    const position = await follow(streamUrl("?customerId=lazy"));
    await eventually(() => assert.equal(position.events.length, 1));
    position.leave();
    await noStreams();
    await service.database.sql.execute(sql`
      insert into notifications (id, customer_id, kind, subject, body)
      select ('019a4f2e-7b10-7c3a-9d51-' || lpad(to_hex(number), 12, '0'))::uuid, 'lazy', 'stock-low', 's', repeat('x', 100000)
      from generate_series(1, 300) as number`);

    const from = position.events[0]?.id ?? "";
    const socket = connect(service.server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.pause();
    const headers = [
      "GET /notifications/stream?customerId=lazy HTTP/1.1",
      "Host: localhost",
      `Last-Event-ID: ${from}`,
      `Authorization: ${(await authorization()).authorization}`,
    ];
    socket.write(`${headers.join("\r\n")}\r\n\r\n`);
    await eventually(() => assert.equal(service.streams.size, 1));
    await eventually(async () => {
      // Opening a stream drops those that were not read for a minute.
      clock.now += 60_001;
      const other = await follow(streamUrl("?customerId=other"));
      const { size } = service.streams;
      other.leave();
      assert.equal(size, 1);
      await noStreams();
    });

    let text = "";
    socket.setEncoding("utf8");
    socket.on("data", (data) => {
      text += data;
    });
    socket.resume();
    const ids = () => [...text.matchAll(/^id: (\S+)$/gm)].map(([, id]) => id ?? "");
    // The end of a chunked body.
    await eventually(() => assert.match(text.slice(-10), /\r\n0\r\n\r\n$/));
    socket.destroy();
    const some = ids();
    assert.ok(some.length > 1 && some.length < 300, `${some.length} events`);
    const rest = await follow(streamUrl("?customerId=lazy"), some.at(-1));
    await eventually(() => assert.equal(rest.events.length, 1 + 300 - (some.length - 1)), {
      timeout: 30_000,
    });
    rest.leave();
    const numbers = [...some.slice(1), ...rest.events.slice(1).map(({ id }) => id)].map((id) =>
      Number.parseInt(id?.slice(-12) ?? "", 16),
    );
    assert.deepEqual(
      numbers,
      Array.from({ length: 300 }, (_, index) => index + 1),
    );
    await noStreams();
  });
});

describe("a stopping server", () => {
  it("ends its streams", async () => {
    const other = await testRest();
    const { ended, events } = await follow(`${other.server.url}/notifications/stream`);
    await eventually(() => assert.equal(events.length, 1));
    await other.server.stop();
    await ended;
    assert.equal(other.streams.size, 0);
    await other.close();
  });
});
