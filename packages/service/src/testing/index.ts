export { valuesOf } from "../telemetry/testing/values.ts";
export { authEnvironment, authorizationOf, callersWith, guardFor, testIssuer, tokenOf } from "./guard.ts";
export { type Answer, assertProblem, callsTo, expectProblem, memoryLog, requestsTo } from "./http.ts";
export { checkOpenApi } from "./openapi.ts";
export { type OtlpReceiver, otlpReceiver, type ReceivedSpan } from "./otlp-receiver.ts";
export { environmentFor, type Issuer, makeToken, newIssuer, type TokenRequest } from "./tokens.ts";
