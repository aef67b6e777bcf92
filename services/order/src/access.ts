/** Who may do what: the rights that this service's routes name, and the roles that have them. */
import { type Role, rights } from "@rabbit-contract/service/access";
import { deadLetterRights, reconciliationRights } from "@rabbit-contract/service/operator";

export const may = rights({
  place: "orders:place",
  read: "orders:read",
  cancel: "orders:cancel",
  ship: "orders:ship",
});

const reading = [may.read, deadLetterRights.list];

/** Named as in access tokens: the same in every service. */
export const roles: readonly Role[] = [
  { name: "customer", sees: "own", may: [may.place, may.read, may.cancel] },
  { name: "reader", sees: "all", may: reading },
  { name: "shipper", sees: "all", may: [...reading, may.ship] },
  { name: "dead-letters", sees: "all", may: Object.values(deadLetterRights) },
  {
    name: "operator",
    sees: "all",
    may: [...Object.values(may), ...Object.values(deadLetterRights), ...Object.values(reconciliationRights)],
  },
];
