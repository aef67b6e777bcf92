/** The tables of this package, for a service's drizzle schema: `export * from "@rabbit-contract/postgres/schema"`. */
export { deadLetterActions } from "./dead-letters/table.ts";
export { inbox, inboxStarts } from "./inbox/table.ts";
export { outbox } from "./outbox/table.ts";
export { rateLimits } from "./rate-limits/table.ts";
