/** Notifications as the service answers them. */
import { bodyOf, rest } from "../../api/rest.ts";

type Query = NonNullable<Parameters<typeof rest.notification.notifications.get>[0]>["query"];

export type Notification = Awaited<ReturnType<typeof readNotifications>>["items"][number];

export function readNotifications(query: NonNullable<Query>) {
  return bodyOf(rest.notification.notifications.get({ query }));
}
