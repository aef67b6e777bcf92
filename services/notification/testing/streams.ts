/** Readers of notification streams, for their tests. */
import { sql } from "drizzle-orm";
import type { NotificationStream } from "../src/queries/notification-stream.ts";
import { NotificationStreams, type NotificationStreamsOptions } from "../src/queries/notification-streams.ts";
import type { NotificationFilter, Position } from "../src/queries/notifications.ts";
import { silent, testNotification } from "./notification.ts";

export interface Seen {
  readonly id: string;
  readonly position: Position;
}

export async function testStreams() {
  const service = await testNotification();
  const { database } = service;
  const open = new Set<NotificationStream>();
  return {
    ...service,

    streams(through: NotificationStreamsOptions["database"] = database) {
      const limits = { limit: 1_000, limitPerCaller: 1_000 };
      const streams = new NotificationStreams({ database: through, log: silent, ...limits });
      return {
        get size() {
          return streams.size;
        },
        async open(filter: NotificationFilter, after?: Position) {
          const stream = await streams.open("tester", filter, after);
          open.add(stream);
          return stream;
        },
      };
    },

    /** Ids of the stored notifications, in the order that streams promise. */
    async kept(condition = sql`true`): Promise<string[]> {
      const { rows } = await database.sql.execute<{ id: string }>(
        sql`select id from notifications where ${condition} order by position`,
      );
      return rows.map(({ id }) => id);
    },

    closeStreams(): void {
      for (const stream of open) stream.close();
      open.clear();
    },
  };
}

export type TestStreams = Awaited<ReturnType<typeof testStreams>>;

/** Keeps reading into a list, which holds what was delivered. */
export function collect(stream: NotificationStream): Seen[] {
  const seen: Seen[] = [];
  void (async () => {
    for (;;) {
      const { done, value } = await stream.next();
      if (done) return;
      seen.push({ id: value.notification.id, position: value.position });
    }
  })();
  return seen;
}

export const idsOf = (seen: readonly Seen[]) => seen.map(({ id }) => id);
