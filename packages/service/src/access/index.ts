export { type Access, type Caller, customerMeant, customerOf, forbidden, type Role } from "./caller.ts";
export { Guard } from "./guard.ts";
