/** The system that the suites of operators.test.ts share. */
import { after, before } from "node:test";
import { Client } from "@orders/stack/testing/client";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";

export let system: TestSystem;
export let client: Client;

before(async () => {
  system = await startSystem();
  client = new Client(system);
});
after(() => system?.stop());
