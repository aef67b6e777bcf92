export { type Access, type Caller, forbidden, limitedTo, type Role, subjectMeant } from "./caller.ts";
export { Guard } from "./guard.ts";
