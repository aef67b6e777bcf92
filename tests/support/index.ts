export { freePort } from "../../stack/ports.ts";
export { type TestDatabase, testDatabase } from "./database.ts";
export { eventually } from "./eventually.ts";
export type {
  BrokerBinding,
  BrokerExchange,
  BrokerMessage,
  BrokerQueue,
  TestVirtualHost,
} from "./virtual-host.ts";
export { testVirtualHost } from "./virtual-host.ts";
