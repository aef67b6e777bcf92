/** Who may do what on the console itself. The services decide what callers may do with them. */
import { type Role, rights } from "@rabbit-contract/service/access";

export const may = rights({
  /** Have calls forwarded to the services. */
  call: "console:call",
  /** Watch queues, routes and services. */
  watch: "console:watch",
});

/** Named as in access tokens: the same as in every service. */
export const roles: readonly Role[] = [
  { name: "customer", sees: "own", may: [may.call] },
  { name: "reader", sees: "all", may: [may.call, may.watch] },
  { name: "shipper", sees: "all", may: [may.call] },
  { name: "dead-letters", sees: "all", may: [may.call] },
  { name: "operator", sees: "all", may: [may.call, may.watch] },
];
