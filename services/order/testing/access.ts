import { callersWith, guardFor } from "@rabbit-contract/service/testing";
import { roles } from "../src/access.ts";

export const testGuard = guardFor(roles);

/** The authorization header of an operator, or of this customer. */
export const authorization = callersWith("customer");
