import { schemaPlace } from "../model/schemas.ts";
import { findUnsupported } from "../schema/index.ts";
import { complaint, type Rule } from "./rule.ts";

export const schemasAreEnforced: Rule = {
  name: "schemas-are-enforced",
  summary: "Every keyword of a schema is one that the generated checks enforce.",
  isNeeded: true,
  check: (contract) =>
    findUnsupported(contract.schemas).map(({ pointer, message, fix }) =>
      complaint(schemaPlace(contract, pointer), message, fix),
    ),
};
