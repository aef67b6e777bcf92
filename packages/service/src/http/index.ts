export { createAdminApp } from "./admin.ts";
export { createApp, listen } from "./app.ts";
export { readBytes } from "./body.ts";
export type { ConventionOptions } from "./conventions.ts";
export { IdempotencyKey, idempotentRequest, KeyedHeaders } from "./idempotency-key.ts";
export { cursorOf, pageOf, pageParameters } from "./pagination.ts";
export { Prefer, waitIn } from "./prefer.ts";
export {
  conflict,
  invalidInput,
  mapError,
  notFound,
  ProblemError,
  problem,
  unprocessable,
} from "./problem.ts";
export { answer, closed, dateTime, oneOf, textOf, uuid } from "./schema.ts";
export { eventStream, type ServerSentEvent } from "./sse.ts";
