/** The system that the suites of interruptions.test.ts share. */
import { after, before } from "node:test";
import { Client } from "@orders/stack/testing/client";
import type { TestService } from "@orders/stack/testing/service";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";

export let system: TestSystem;
export let client: Client;

before(async () => {
  system = await startSystem();
  client = new Client(system);
});
after(() => system?.stop());

/** Starts the order service again with these variables, and without those of earlier suites. */
export async function restartOrder(env: Readonly<Record<string, string>> = {}): Promise<TestService> {
  await system.service("order").stop();
  return system.start("order", env);
}
