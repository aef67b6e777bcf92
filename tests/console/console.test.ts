/** The console of one real system: by HTTP, and its page in a real browser. */

import { after, before } from "node:test";
import { patient } from "../catalogue/browser.ts";
import { breakItTests } from "./break-it.ts";
import { deadLetterTests } from "./dead-letters.ts";
import { flowTests } from "./flow.ts";
import { longLists } from "./long-lists.ts";
import { openIdTests } from "./open-id.ts";
import { pageTests } from "./page.ts";
import { type RealConsole, startRealConsole } from "./real-console.ts";
import { viewTests } from "./views.ts";

let started: RealConsole;
const console = () => started;
before(async () => {
  started = await startRealConsole();
  await started.client.product("LAMP", { onHand: 60 });
  await started.client.product("MUG-1", { onHand: 1_000 });
}, patient);
after(() => started?.close(), patient);

flowTests(console);
viewTests(console);
deadLetterTests(console);
pageTests(console);
breakItTests(console);
longLists(console);
// Last: its own console gives the console's broker user a new password, and so ends the other one's access.
openIdTests(console);
