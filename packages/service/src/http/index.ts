export type { HealthChecks } from "./health.ts";
export { createApp, listen, route } from "./http.ts";
export { IdempotencyKey } from "./idempotency-key.ts";
export { cursorOf, pageOf, pageParameters } from "./pagination.ts";
export { Prefer, parsePrefer } from "./prefer.ts";
export { conflict, invalidInput, mapError, notFound, ProblemError, unprocessable } from "./problem.ts";
export { closed, dateTime, uuid } from "./schema.ts";
export { eventStream, type ServerSentEvent } from "./sse.ts";
