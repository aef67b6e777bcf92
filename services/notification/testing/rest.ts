/** The service's REST calls on a listening server, for the tests of `http/`. */
import assert from "node:assert/strict";
import { listen } from "@rabbit-contract/service/http";
import { callersWith, guardFor, requestsTo } from "@rabbit-contract/service/testing";
import { createParser } from "eventsource-parser";
import { roles } from "../src/access.ts";
import { createNotificationApp } from "../src/http/app.ts";
import { NotificationStreams, type NotificationStreamsOptions } from "../src/queries/notification-streams.ts";
import { silent, testNotification } from "./notification.ts";

/** The authorization header of an operator, or of this customer. */
export const authorization = callersWith("customer");

export async function testRest(
  limits: Partial<Pick<NotificationStreamsOptions, "limit" | "limitPerCaller">> = {},
) {
  const notification = await testNotification();
  const { database } = notification;
  const options = { database, log: silent, limit: 1_000, limitPerCaller: 20, ...limits };
  const streams = new NotificationStreams(options);
  const app = createNotificationApp({ database, streams, log: silent, guard: guardFor(roles) });
  const server = await listen(app, { port: 0, hostname: "127.0.0.1", log: silent });
  return {
    ...notification,
    server,
    streams,

    /** As an operator, unless `headers` say otherwise. A string body is sent as it is, anything else as JSON. */
    call: requestsTo(server.url, authorization),

    async close(): Promise<void> {
      await server.stop({ within: 1_000 });
      await notification.close();
    },
  };
}

export type TestRest = Awaited<ReturnType<typeof testRest>>;

export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: { readonly id?: string; readonly kind?: string };
}

/** Follows a stream as a browser would, without reconnecting. */
export async function follow(url: string, lastEventId?: string) {
  const leaving = new AbortController();
  const headers = {
    ...(await authorization()),
    ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
  };
  const response = await fetch(url, { headers, signal: leaving.signal });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const events: StreamEvent[] = [];
  const ended = (async () => {
    const decoder = new TextDecoder();
    const parser = createParser({
      onEvent: ({ id, event, data }) => events.push({ id, event, data: JSON.parse(data) }),
    });
    try {
      for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk, { stream: true }));
    } catch {
      // The client disconnected.
    }
  })();
  return { events, ended, leave: () => leaving.abort() };
}
