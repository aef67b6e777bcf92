/**
 * Prints every place where the workspace breaks a rule, and exits with 1 if there is one: `bun tests/house/check.ts`.
 */
import { root } from "@orders/stack";
import { readWorkspace } from "@orders/stack/testing/workspace";
import * as rules from "./rules.ts";
import { everythingIsWired } from "./wiring.ts";
import { packagesKnowNoDomain } from "./words.ts";

const workspace = readWorkspace(root);
const all = [...Object.values(rules), packagesKnowNoDomain, everythingIsWired];
const findings = all.flatMap((rule) => rule(workspace));
for (const { path, line, message } of findings) console.error(`${path}:${line} ${message}`);
console.log(`${workspace.files.size} files, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
