export type { ServiceName } from "../../stack/names.ts";
export { freePort } from "../../stack/ports.ts";
export { type TestDatabase, testDatabase } from "./database.ts";
export { eventually } from "./eventually.ts";
export { migrate, type Runtime, type ServiceOptions, startService, type TestService } from "./service.ts";
export { type SystemOptions, startSystem, type TestSystem } from "./system.ts";
export { authorization, tokenOf } from "./tokens.ts";
export {
  type BrokerBinding,
  type BrokerExchange,
  type BrokerMessage,
  type BrokerQueue,
  type TestVirtualHost,
  testVirtualHost,
} from "./virtual-host.ts";
