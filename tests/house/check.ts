/** Prints where the workspace breaks a rule, and ends with 1 if it does: `bun tests/house/check.ts`. */
import { root } from "@orders/stack/paths";
import * as rules from "./rules.ts";
import { packagesKnowNoDomain } from "./words.ts";
import { readWorkspace } from "./workspace.ts";

const workspace = readWorkspace(root);
const findings = Object.values({ ...rules, packagesKnowNoDomain }).flatMap((rule) => rule(workspace));
for (const { path, line, message } of findings) console.error(`${path}:${line} ${message}`);
console.log(`${workspace.files.size} files, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
