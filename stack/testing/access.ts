/** Callers in tests of the whole system. */
import { callersWith } from "@rabbit-contract/service/testing";

/** The authorization header of an operator, or of this customer. */
export const authorization = callersWith("customer");
