/** Who may do what: the rights that this service's routes name, and the roles that have them. */
import { type Role, rights } from "@rabbit-contract/service/access";
import { deadLetterRights, reconciliationRights } from "@rabbit-contract/service/operator";

export const may = rights({
  readProducts: "products:read",
  changeProducts: "products:change",
  readStock: "stock:read",
  changeStock: "stock:change",
});

const reading = [may.readProducts, may.readStock, deadLetterRights.list];

/** Named as in access tokens: the same in every service. */
export const roles: readonly Role[] = [
  { name: "customer", sees: "own", may: [may.readProducts] },
  { name: "reader", sees: "all", may: reading },
  { name: "shipper", sees: "all", may: reading },
  { name: "dead-letters", sees: "all", may: Object.values(deadLetterRights) },
  {
    name: "operator",
    sees: "all",
    may: [...Object.values(may), ...Object.values(deadLetterRights), ...Object.values(reconciliationRights)],
  },
];
