/** The model of a contract, its findings, and generated code. */

export { contractOf } from "./checked-contract.ts";
export { nextVersion } from "./compatibility/version.ts";
export type { Config } from "./config.ts";
export type { Contract, Message, ReceiveOperation, Route } from "./contract.ts";
export { ContractError, type Finding } from "./document.ts";
export { generatedFiles } from "./generate/emit/index.ts";
export { generate } from "./generate/generate.ts";
export { buildContract, readContract } from "./read-contract.ts";
export { lint } from "./rules/index.ts";
export { type CheckSchema, compiledChecks } from "./schema/checks.ts";
export { isObject, type JsonObject, type JsonValue, Source, segmentsOf } from "./source.ts";
export { systemTopology } from "./topology/model.ts";
