/** A route's address: the routing key, or the pattern of one with parameters, as in `parcel.{region}.scanned`. */
import { MessagingError } from "../errors.ts";
import type { PublishedRoute } from "./topology.ts";

type Values = Readonly<Record<string, string>>;

export function isOnRoute(
  message: { readonly exchange: string; readonly routingKey: string },
  { exchange, routingKey, parameters }: Omit<PublishedRoute, "queues">,
): boolean {
  if (message.exchange !== exchange) return false;
  if (!parameters) return message.routingKey === routingKey;
  const words = message.routingKey.split(".");
  const address = routingKey.split(".");
  return (
    words.length === address.length &&
    address.every((part, index) => parameterOf(part) !== undefined || part === words[index])
  );
}

/**
 * The routing key of a message on this route.
 * @param given the parameters that are not in the payload
 * @throws MessagingError `message-invalid` for a parameter that is missing, is no single word, or is not one of its values
 */
export function routingKeyFor(
  type: string,
  route: Omit<PublishedRoute, "queues">,
  payload: unknown,
  given: Values = {},
): string {
  const { routingKey, parameters } = route;
  if (!parameters) return routingKey;
  const words = routingKey.split(".").map((part) => {
    const name = parameterOf(part);
    if (name === undefined) return part;
    const { values, path } = parameters[name] ?? {};
    const value = path ? valueAt(payload, path) : given[name];
    const expected = values
      ? `must be one of ${values.join(", ")}`
      : "must be one word, without dots and wildcards";
    if (typeof value === "string" && (values ? values.includes(value) : isWord(value))) return value;
    const got = value === undefined ? "nothing" : JSON.stringify(value);
    throw new MessagingError(
      "message-invalid",
      `cannot send ${type}: the parameter "${name}" of its address ${routingKey} ${expected}, got ${got}`,
    );
  });
  const key = words.join(".");
  if (Buffer.byteLength(key) > 255) {
    throw new MessagingError(
      "message-invalid",
      `cannot send ${type}: its routing key must have at most 255 bytes, got "${key}"`,
    );
  }
  return key;
}

/** The name in `{name}`; undefined for a literal word. */
export function parameterOf(part: string): string | undefined {
  return /^\{([^{}]+)\}$/.exec(part)?.[1];
}

function isWord(value: string): boolean {
  return value !== "" && !/[.*#]/.test(value);
}

function valueAt(payload: unknown, path: readonly string[]): unknown {
  let value = payload;
  for (const key of path) {
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, key)
        ? (value as Record<string, unknown>)[key]
        : undefined;
  }
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}
