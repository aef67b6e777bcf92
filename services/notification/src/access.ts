/** Who may do what: the rights that this service's routes name, and the roles that have them. */
import { type Role, rights } from "@rabbit-contract/service/access";
import { deadLetterRights } from "@rabbit-contract/service/operator";

export const may = rights({
  readNotifications: "notifications:read",
  readContacts: "contacts:read",
  changeContacts: "contacts:change",
});

const reading = [may.readNotifications, may.readContacts, deadLetterRights.list];

/** Named as in access tokens: the same in every service. */
export const roles: readonly Role[] = [
  { name: "customer", sees: "own", may: [may.readNotifications, may.readContacts, may.changeContacts] },
  { name: "reader", sees: "all", may: reading },
  { name: "shipper", sees: "all", may: reading },
  { name: "dead-letters", sees: "all", may: Object.values(deadLetterRights) },
  { name: "operator", sees: "all", may: [...Object.values(may), ...Object.values(deadLetterRights)] },
];
