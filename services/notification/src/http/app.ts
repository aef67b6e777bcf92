/** The REST calls of the notification service. They only call commands and queries. */

import { CustomerId } from "@orders/generated/messages";
import type { Database } from "@rabbit-contract/postgres";
import { type Caller, forbidden, limitedTo, subjectMeant } from "@rabbit-contract/service/access";
import {
  type ConventionOptions,
  closed,
  createApp,
  cursorOf,
  eventStream,
  invalidInput,
  mapError,
  notFound,
  ProblemError,
  pageOf,
  pageParameters,
  problem,
  type ServerSentEvent,
} from "@rabbit-contract/service/http";
import { Type } from "@sinclair/typebox";
import { may } from "../access.ts";
import { saveContact } from "../commands/save-contact.ts";
import type { Notification } from "../notification.ts";
import { findContact, listContacts } from "../queries/contacts.ts";
import type { NotificationStream } from "../queries/notification-stream.ts";
import { type NotificationStreams, TooManyStreamsError } from "../queries/notification-streams.ts";
import { listNotifications, type NotificationFilter, type Position } from "../queries/notifications.ts";
import * as schemas from "./schemas.ts";

export interface NotificationAppOptions extends Omit<ConventionOptions, "errors"> {
  readonly database: Database;
  readonly streams: NotificationStreams;
}

const byPosition = cursorOf(schemas.PositionKey);
const byCustomer = cursorOf(Type.Tuple([CustomerId]));

/** For a typed client: `treaty<App>(url)` of @elysiajs/eden. */
export type App = ReturnType<typeof createNotificationApp>;

export function createNotificationApp(options: NotificationAppOptions) {
  const { database, streams, log } = options;
  return createApp({
    ...options,
    title: "Notifications",
    version: "1.0.0",
    description: "Notifications to customers and operators, and how customers want to be reached.",
    errors: [mapError(TooManyStreamsError, tooManyStreams)],
  })
    .put(
      "/customers/:customerId/contact",
      async ({ caller, params: { customerId }, body }) => {
        requireContactOf(caller, customerId);
        if (body.email === undefined && body.channels.includes("email")) {
          throw invalidInput([{ pointer: "/email", detail: 'is required with the channel "email"' }]);
        }
        await database.transaction((tx) => saveContact({ tx }, { customerId, ...body }));
        return body;
      },
      {
        access: may.changeContacts,
        params: schemas.CustomerPath,
        body: schemas.Contact,
        response: {
          200: schemas.Contact,
          404: problem("There is no contact of this customer"),
        },
        detail: {
          summary: "Set how a customer wants to be reached",
          description: "Replaces the previous contact. Applies to notifications created from now on.",
        },
      },
    )
    .get(
      "/customers/:customerId/contact",
      async ({ caller, params: { customerId } }) => {
        requireContactOf(caller, customerId);
        const contact = await findContact(database, customerId);
        if (!contact) throw noContact(customerId);
        return contact;
      },
      {
        access: may.readContacts,
        params: schemas.CustomerPath,
        response: { 200: schemas.Contact, 404: problem("There is no contact of this customer") },
        detail: { summary: "Get how a customer wants to be reached" },
      },
    )
    .get(
      "/contacts",
      ({ caller, query }) =>
        byCustomer.page(
          query,
          (after, limit) =>
            listContacts(database, { customerId: limitedTo(caller), after: after?.[0], limit }),
          ({ customerId }) => [customerId],
        ),
      {
        access: may.readContacts,
        query: closed(pageParameters),
        response: { 200: pageOf(schemas.CustomerContact, "A page of contacts") },
        detail: {
          summary: "List how customers want to be reached",
          description: "In order of the customers' ids. A customer sees their own.",
        },
      },
    )
    .get(
      "/notifications",
      async ({ caller, query: { after, limit, ...asked } }) => {
        const filter = ownFilter(caller, asked);
        const { items, next } = await byPosition.page(
          { after, limit },
          (key, count) => {
            const position = key && { number: key[0], id: key[1] };
            return listNotifications(database, { ...filter, after: position, limit: count });
          },
          ({ position }) => [position.number, position.id],
        );
        return { items: items.map(({ notification }) => bodyOf(notification, caller)), next };
      },
      {
        access: may.readNotifications,
        query: schemas.ListQuery,
        response: { 200: pageOf(schemas.Notification, "A page of notifications") },
        detail: {
          summary: "List notifications",
          description: "Newest first. A customer sees their own.",
        },
      },
    )
    .get(
      "/notifications/stream",
      async ({ caller, request, query, headers }) => {
        const after = positionOf(headers["last-event-id"]);
        const stream = await streams.open(caller.subject, ownFilter(caller, query), after);
        return eventStream({ request, caller, log, source: () => eventsOf(stream, caller) });
      },
      {
        access: may.readNotifications,
        query: closed(schemas.NotificationFilter),
        headers: Type.Object({ "last-event-id": Type.Optional(schemas.EventId) }),
        response: {
          200: schemas.EventStream,
          429: problem("The caller has too many open streams: close one"),
          503: problem("Too many streams are open: try again after `Retry-After` seconds"),
        },
        detail: {
          summary: "Follow notifications",
          description:
            "Server-sent events: first a `position` with only the id to resume from, then a `notification` for " +
            "each one, as in the list. Starts now, or after `Last-Event-ID`. Customers see their own.",
        },
      },
    );
}

/** Ends the stream when the client disconnects, even before the first event. */
function eventsOf(
  stream: NotificationStream,
  caller: Caller,
): AsyncIterableIterator<ServerSentEvent, undefined> {
  let started = false;
  return {
    async next() {
      if (!started) {
        started = true;
        return { done: false, value: { id: eventId(stream.after), event: "position", data: {} } };
      }
      const result = await stream.next();
      if (result.done) return result;
      const { position, notification } = result.value;
      const data = bodyOf(notification, caller);
      return { done: false, value: { id: eventId(position), event: "notification", data } };
    },
    async return() {
      stream.close();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function eventId({ number, id }: Position): string {
  return `${number}-${id}`;
}

function positionOf(eventId: string | undefined): Position | undefined {
  if (eventId === undefined) return undefined;
  const dash = eventId.indexOf("-");
  return { number: eventId.slice(0, dash), id: eventId.slice(dash + 1) };
}

/** Customers do not see the mail server's error messages. */
function bodyOf({ deliveries, ...notification }: Notification, caller: Caller): schemas.NotificationBody {
  const limited = limitedTo(caller) !== undefined;
  return {
    ...notification,
    deliveries: deliveries.map(({ error, ...delivery }) => ({
      ...delivery,
      ...(!limited && error !== undefined && { error }),
    })),
  };
}

/** A customer sees their own notifications, and none of the operators. */
function ownFilter<Filter extends NotificationFilter>(caller: Caller, asked: Filter) {
  if (limitedTo(caller) !== undefined && asked.audience === "operators") {
    throw forbidden("Customers cannot read the operators' notifications.");
  }
  return { ...asked, customerId: subjectMeant(caller, asked.customerId) };
}

/** @throws ProblemError 404 for another customer's, existing or not */
function requireContactOf(caller: Caller, customerId: string): void {
  if ((limitedTo(caller) ?? customerId) !== customerId) throw noContact(customerId);
}

function noContact(customerId: string): ProblemError {
  return notFound("contact of the customer", customerId);
}

function tooManyStreams({ message, ofOneCaller }: TooManyStreamsError): ProblemError {
  const title = "Too many streams are open";
  const headers = { "retry-after": "5" };
  return new ProblemError({
    status: ofOneCaller ? 429 : 503,
    name: "too-many-streams",
    title,
    detail: message,
    headers,
  });
}
