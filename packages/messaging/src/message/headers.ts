import type { ConsumeMessage } from "amqplib";
import type { HeaderValue } from "./message.ts";

/** The headers that a contract can describe; brokers and shovels add tables and lists of their own. */
export function plainHeaders(message: ConsumeMessage): Record<string, HeaderValue> {
  const headers: Record<string, HeaderValue> = {};
  for (const [key, value] of Object.entries(message.properties.headers ?? {})) {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      headers[key] = value;
    }
  }
  return headers;
}

/** How many attempts failed before this one, according to the headers; 0 when these are invalid. */
export function failedAttempts(headers: Readonly<Record<string, HeaderValue>>): number {
  const value = headers["retry-attempt"];
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value < 1000 ? value : 0;
}
