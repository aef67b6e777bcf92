export { type Access, type Caller, forbidden, limitedTo, subjectMeant } from "./caller.ts";
export { Guard } from "./guard.ts";
export { type Right, type Role, rights } from "./rights.ts";
