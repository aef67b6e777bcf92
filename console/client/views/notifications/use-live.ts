/** Notifications as they are made, through the service's event stream. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Connection, followEvents } from "../../api/event-stream.ts";
import type { Notification } from "./notification-shapes.ts";

/** Kept at most; the list below has them all. */
const most = 200;

/** The newest first, of those that fit the filters of the query. */
export function useLive(query: string) {
  const arrived = useSignal<readonly Notification[]>([]);
  const connection = useSignal<Connection>({ status: "connecting" });
  useEffect(() => {
    arrived.value = [];
    // Several at once are drawn once.
    let waiting: Notification[] = [];
    let drawing: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      arrived.value = [...waiting, ...arrived.value].slice(0, most);
      waiting = [];
      drawing = undefined;
    };
    const end = followEvents({
      path: `/api/notification/notifications/stream?${query}`,
      onStatus: (now) => (connection.value = now),
      onEvent({ event, data }) {
        if (event !== "notification") return;
        waiting = [JSON.parse(data) as Notification, ...waiting].slice(0, most);
        drawing ??= setTimeout(draw, 100);
      },
    });
    return () => {
      clearTimeout(drawing);
      end();
    };
  }, [query]);
  return { arrived: arrived.value, connection: connection.value };
}
