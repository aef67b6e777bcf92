export { outboxVariables } from "./broker.ts";
export { accessVariables, commonVariables, processVariables } from "./common.ts";
export {
  type Config,
  ConfigError,
  configOrExit,
  duration,
  integer,
  optional,
  readConfig,
  text,
  url,
  type Variable,
} from "./config.ts";
export { migrationVariables, serviceVariables } from "./service.ts";
export { brokerTls, tlsProblems } from "./tls.ts";
